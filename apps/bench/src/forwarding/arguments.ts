import { parseArgs } from 'node:util'

/** What the command was told. */
export interface Arguments {
  readonly full: boolean
  /** The contestants to measure; undefined for all. */
  readonly only: readonly string[] | undefined
  readonly rounds: number | undefined
  readonly json: string | undefined
  readonly svg: string | undefined
  readonly check: boolean
  readonly help: boolean
}

export const usage = `bench   what forwarding a request costs, beside other proxies, in one run

  --full             longer: at least 6 s of warm-up, rounds of 5 s, GET for everybody
  --only NAME,NAME   these contestants only; targets need "ceiling" or the peer beside paylb
  --rounds 3         how many times each is measured, in turn
  --json FILE        where the figures go; by default a new file in apps/bench/results
  --svg FILE         where the picture goes; by default beside the figures
  --check            exit code 1 when a ratio is more than 15 % beyond its target, or is not known
  --help
`

const mostRounds = 100

/**
 * Reads the command line.
 *
 * @param names everybody who can be measured
 * @throws TypeError for an unknown option or name
 */
export function readArguments(given: readonly string[], names: readonly string[]): Arguments {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      full: flag,
      only: { ...text, multiple: true },
      rounds: text,
      json: text,
      svg: text,
      check: flag,
      help: flag,
    },
  })
  const { full, json, svg, check, help } = values
  const only = values.only?.flatMap((list) => list.split(',')).map((name) => readName(name.trim(), names))
  return { full, only, rounds: readRounds(values.rounds), json, svg, check, help }
}

function readName(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name
  throw new TypeError(`--only: there is no ${JSON.stringify(name)}; there are ${names.join(', ')}`)
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const rounds = Number(text)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= mostRounds) return rounds
  throw new TypeError(`--rounds: ${text} is no whole number from 1 to ${mostRounds}`)
}
