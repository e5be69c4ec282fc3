import { parseArgs } from 'node:util'

/** What a command was told that has nothing to choose. */
export interface UsualArguments {
  readonly full: boolean
  readonly json: string | undefined
  readonly check: boolean
  readonly help: boolean
}

/** How a usage text says it. */
export const usualUsage = `  --full        longer: more rounds
  --json FILE   where the figures go; by default a new file in apps/bench/results
  --check       exit code 1 when a target is missed, or something of paylb was not measured
  --help
`

/** Reads the command line. @throws TypeError for an unknown option */
export function readUsualArguments(given: readonly string[]): UsualArguments {
  const flag = { type: 'boolean', default: false } as const
  const options = { full: flag, json: { type: 'string' }, check: flag, help: flag } as const
  const { full, json, check, help } = parseArgs({ args: [...given], options }).values
  return { full, json, check, help }
}
