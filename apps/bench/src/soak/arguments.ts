import { parseArgs } from 'node:util'

/** The ways in that can be soaked. */
const adapterNames = ['node', 'express', 'fastify', 'koa'] as const

/** One of them. */
export type AdapterName = (typeof adapterNames)[number]

/** What the command was told. */
export interface Arguments {
  readonly seconds: number
  readonly adapter: AdapterName
  readonly journal: 'memory' | 'sqlite'
  /** Payments per second. */
  readonly rate: number
  readonly json: string | undefined
  readonly help: boolean
}

export const usage = `soak   an API with paylb under steady load and faults: does anything grow, is anything left?

  --seconds 300      how long
  --adapter node     node, express, fastify or koa
  --journal memory   memory or sqlite
  --rate 300         payments per second
  --json FILE        where the samples go; by default a new file in apps/bench/results
  --help

Ends with exit code 1 when memory, handles or the delay of the event loop grow, or when something is left after the drain.
`

const fewestSeconds = 10
const mostSeconds = 86_400
const mostRate = 5_000

/** Reads the command line. @throws TypeError for an unknown or wrong option */
export function readArguments(given: readonly string[]): Arguments {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      seconds: text,
      adapter: text,
      journal: text,
      rate: text,
      json: text,
      help: { type: 'boolean', default: false },
    },
  })
  return {
    seconds: number('seconds', values.seconds ?? '300', fewestSeconds, mostSeconds),
    rate: number('rate', values.rate ?? '300', 1, mostRate),
    adapter: choice('adapter', values.adapter ?? 'node', adapterNames),
    journal: choice('journal', values.journal ?? 'memory', ['memory', 'sqlite'] as const),
    json: values.json,
    help: values.help,
  }
}

function number(name: string, given: string, fewest: number, most: number): number {
  const value = Number(given)
  if (Number.isInteger(value) && value >= fewest && value <= most) return value
  throw new TypeError(`--${name}: ${given} is no whole number from ${fewest} to ${most}`)
}

function choice<Name extends string>(option: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given)
  if (found !== undefined) return found
  throw new TypeError(`--${option}: there is no ${JSON.stringify(given)}; there are ${names.join(', ')}`)
}
