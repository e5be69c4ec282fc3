import { parseArgs } from 'node:util'
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
  const { values } = parseArgs({
    args: [...given],
    options: {
      fleet: { type: 'string' },
      load: { type: 'string' },
      seed: { type: 'string', default: '1' },
      requests: { type: 'string', default: String(defaultRequests) },
      docs: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
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

function number(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new TypeError(`${name}: ${text} is not a number`)
  return value
}
