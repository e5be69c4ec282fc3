import { parseArgs } from 'node:util'

/** What the command was told. */
export interface Arguments {
  readonly full: boolean
  readonly rounds: number
  readonly json: string | undefined
  readonly check: boolean
  readonly help: boolean
}

export const usage = `bench:clients   what paylb costs an axios client, beside plain axios and axios-retry, in one run

  --full        longer: 100 rounds of more calls
  --rounds 30   how many times each client is measured, in turn
  --json FILE   where the figures go; by default a new file in apps/bench/results
  --check       exit code 1 when a target is surely missed, or something of paylb was not measured
  --help
`

const mostRounds = 1_000

/** Reads the command line. @throws TypeError for an unknown or wrong option */
export function readArguments(given: readonly string[]): Arguments {
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args: [...given],
    options: { full: flag, rounds: { type: 'string' }, json: { type: 'string' }, check: flag, help: flag },
  })
  const { full, json, check, help } = values
  const rounds = values.rounds === undefined ? (full ? 100 : 30) : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > mostRounds) {
    throw new TypeError(`--rounds: ${values.rounds} is no whole number from 1 to ${mostRounds}`)
  }
  return { full, rounds, json, check, help }
}
