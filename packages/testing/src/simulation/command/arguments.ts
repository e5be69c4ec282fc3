import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { defaultRequests } from '../simulate.ts'

/** What the command was told. */
export interface Arguments {
  readonly fleet: string | undefined
  readonly loads: readonly number[] | undefined
  readonly seed: number
  readonly requests: number
  readonly docs: string | undefined
  readonly check: boolean
  readonly help: boolean
}

export const usage = `simulate [--requests N] [--seed N]
  Compares all strategies on the standard fleets and prints the tables.
  --docs FOLDER   also writes them, with pictures, into FOLDER/strategies.md
  --check         writes nothing; fails when what is in FOLDER is something else

simulate --fleet FILE [--load 0.8] [--requests N] [--seed N]
  Compares all strategies on the fleet that FILE describes, and recommends one.
`

/** Reads the command line. @throws TypeError for an unknown option or a wrong value */
export function readArguments(given: readonly string[]): Arguments {
  const { values } = parse(given)
  refuseWhatHasNoEffect(values)
  const load = values.load === undefined ? undefined : number('--load', values.load)
  return {
    fleet: values.fleet,
    loads: load === undefined ? undefined : [load],
    seed: number('--seed', values.seed),
    requests: number('--requests', values.requests),
    docs: values.docs,
    check: values.check,
    help: values.help,
  }
}

const options = {
  fleet: { type: 'string' },
  load: { type: 'string' },
  seed: { type: 'string', default: '1' },
  requests: { type: 'string', default: String(defaultRequests) },
  docs: { type: 'string' },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options']

const known = Object.keys(options).map((name) => `--${name}`)

function parse(given: readonly string[]) {
  const unknown = given.find((word) => word.startsWith('-') && !known.includes(word.split('=', 1)[0] ?? ''))
  if (unknown !== undefined) throw new TypeError(`${unknown}: unknown option; there are ${known.join(', ')}`)
  try {
    return parseArgs({ args: [...given], options })
  } catch (error) {
    throw new TypeError(error instanceof Error ? error.message : 'wrong arguments', { cause: error })
  }
}

/* Who gives one of these expects something of it. */
function refuseWhatHasNoEffect({ load, fleet, check, docs }: ReturnType<typeof parse>['values']): void {
  if (load !== undefined && fleet === undefined) {
    throw new TypeError('--load: is only for --fleet FILE; the standard fleets are compared at loads of their own')
  }
  if (check && fleet !== undefined) throw new TypeError('--check: is only for the standard fleets; leave --fleet out')
  if (check && docs === undefined) throw new TypeError('--check: needs --docs FOLDER, to compare with what is there')
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new TypeError(`${name}: ${text} is not a number`)
  return value
}
