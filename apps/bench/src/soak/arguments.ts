import { parseArgs } from 'node:util'

/** The ways in that can be soaked. */
const adapterNames = ['node', 'express', 'fastify', 'koa', 'axios'] as const

/** One of them. */
export type AdapterName = (typeof adapterNames)[number]

/** What the command was told. */
export interface Arguments {
  /** For each adapter. */
  readonly seconds: number
  /** One after the other. */
  readonly adapters: readonly AdapterName[]
  readonly journal: 'memory' | 'sqlite'
  /** Payments per second. */
  readonly rate: number
  readonly json: string | undefined
  readonly help: boolean
}

export const usage = `soak   an API with paylb under steady load and faults: does anything grow, is anything left?

  --minutes 5        how long, for each adapter
  --seconds 300      the same, finer
  --adapter node     node, express, fastify, koa or axios; all: each of them in turn
  --journal memory   memory or sqlite
  --rate 300         payments per second
  --json FILE        where the samples go; by default a new file in apps/bench/results
  --help

Ends with exit code 1 when memory, sockets, other handles or the delay of the event loop grow, when a caller gets no
answer, or when something is left after the drain.
`

const fewestSeconds = 10
const mostMinutes = 1_440
const secondsPerMinute = 60
const mostRate = 5_000

/** Reads the command line. @throws TypeError for an unknown or wrong option */
export function readArguments(given: readonly string[]): Arguments {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...given],
    options: {
      minutes: text,
      seconds: text,
      adapter: text,
      journal: text,
      rate: text,
      json: text,
      help: { type: 'boolean', default: false },
    },
  })
  const adapter = choice('adapter', values.adapter ?? 'node', [...adapterNames, 'all'] as const)
  return {
    seconds: duration(values.minutes, values.seconds),
    rate: number('rate', values.rate ?? '300', 1, mostRate),
    adapters: adapter === 'all' ? adapterNames : [adapter],
    journal: choice('journal', values.journal ?? 'memory', ['memory', 'sqlite'] as const),
    json: values.json,
    help: values.help,
  }
}

function duration(minutes: string | undefined, seconds: string | undefined): number {
  if (minutes !== undefined && seconds !== undefined) throw new TypeError('--minutes or --seconds, and not both')
  if (seconds !== undefined) return number('seconds', seconds, fewestSeconds, mostMinutes * secondsPerMinute)
  return number('minutes', minutes ?? '5', 1, mostMinutes) * secondsPerMinute
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
