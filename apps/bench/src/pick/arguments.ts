import { parseArgs } from 'node:util'

/** What the command was told. */
export interface Arguments {
  readonly full: boolean
  /** The contestants to measure; undefined for all. */
  readonly only: readonly string[] | undefined
  readonly servers: readonly number[]
  readonly json: string | undefined
  readonly check: boolean
  readonly help: boolean
}

export const usage = `bench:pick   what one pick costs, beside other balancers, in one run

  --full             longer and everything: five sizes of pool, five rounds, requests in flight
  --only NAME        one strategy or peer (again for more); "grpc-js" stands for all of grpc-js
  --n 3,10000        sizes of the pool
  --json FILE        where the figures go; by default a new file in apps/bench/results
  --check            exit code 1 when a ratio is more than 15 % beyond its target, or is not known
  --help
`

const usualServers = [3, 100, 10_000]
const allServers = [3, 10, 100, 1_000, 10_000]
const fewestServers = 2
const mostServers = 100_000

/**
 * Reads the command line.
 *
 * @param names everybody who can be measured
 * @throws TypeError for an unknown option, name or size
 */
export function readArguments(given: readonly string[], names: readonly string[]): Arguments {
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      full: flag,
      only: { type: 'string', multiple: true },
      n: { type: 'string' },
      json: { type: 'string' },
      check: flag,
      help: flag,
    },
  })
  const { full, json, check, help } = values
  const servers = values.n === undefined ? (full ? allServers : usualServers) : readSizes(values.n)
  return { full, only: values.only?.flatMap((name) => readName(name, names)), servers, json, check, help }
}

function readSizes(text: string): readonly number[] {
  const sizes = text.split(',').map(Number)
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < fewestServers || size > mostServers)
  if (wrong === undefined) return [...new Set(sizes)].toSorted((one, other) => one - other)
  throw new TypeError(
    `--n: ${text} is no list of whole numbers from ${fewestServers} to ${mostServers}, such as 3,10000`,
  )
}

/* Peers are called package/pick; the package alone stands for all of its picks. */
function readName(name: string, names: readonly string[]): readonly string[] {
  const found = names.filter((known) => known === name || known.startsWith(`${name}/`))
  if (found.length > 0) return found
  throw new TypeError(`--only: there is no strategy or peer ${JSON.stringify(name)}; there are ${names.join(', ')}`)
}
