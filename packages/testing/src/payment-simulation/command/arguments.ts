import { parseArgs } from 'node:util'

/** What the command was told. */
export interface Arguments {
  readonly seeds: number
  readonly payments: number
  /** The first seed, or the only one that is replayed. */
  readonly seed: number
  readonly isReplay: boolean
  readonly help: boolean
}

export const usage = `simulate:payments [--seeds N] [--from SEED] [--payments M]
  Runs N seeds of M payments each under random faults (default 100 and 1000), and fails when a payment is executed
  twice, when a caller is told something untrue, or when a dangerous path was never reached.

simulate:payments --seed SEED [--payments M]
  Replays one seed and prints every step.
`

/** Reads the command line. @throws TypeError for an unknown option or a wrong value */
export function readArguments(given: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      payments: { type: 'string', default: '1000' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    seeds: count('--seeds', values.seeds),
    payments: count('--payments', values.payments),
    seed: count(values.seed === undefined ? '--from' : '--seed', values.seed ?? values.from),
    isReplay: values.seed !== undefined,
    help: values.help,
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/u.test(text) || value < 1) throw new TypeError(`${name}: ${text} is not a whole number of at least 1`)
  return value
}
