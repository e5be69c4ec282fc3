import type { BalancerOptions } from '@paylb/core'
import type { Distribution } from './distributions.ts'

/** A span of a run. Times are in milliseconds since its start. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** One server to be simulated, or `count` servers of the same kind. */
export interface ServerDescription {
  /** With a `count` above 1, the servers are called `id-1`, `id-2` and so on. */
  readonly id: string
  /** Default 1. */
  readonly count?: number
  /** How long a payment takes on the average once it is being served. */
  readonly meanServiceMs: number
  /** How many payments are served at the same time; the others wait in line. Default 8. */
  readonly workers?: number
  /** Default `lognormal`. */
  readonly distribution?: Distribution
  /** Standard deviation of a lognormal service time, in means. Default 1. */
  readonly variation?: number
  /** One of the fleet's `zones`: where the server stands, for the balancer too. Default: none, and no delay. */
  readonly zone?: string
  /** The priority in the balancer: 0, the default, is used first; a higher number takes what those below cannot carry. */
  readonly priority?: number
  /** The weight in the balancer. Default 1. */
  readonly weight?: number
  /** The balancer's limit of requests in flight to this server. Default: none. */
  readonly maxInFlight?: number
  /** When it joins the fleet. Default 0: it is there from the start. */
  readonly joinsAtMs?: number
  /** `factor` times slower when it joins, and less and less so until `forMs` later. */
  readonly coldStart?: { readonly factor: number; readonly forMs: number }
  /** While one lasts, payments that arrive are answered with an error after `afterMs` (default 1). */
  readonly failures?: readonly (Span & { readonly afterMs?: number })[]
  /** While one lasts, nothing is worked on; then it goes on where it was. */
  readonly freezes?: readonly Span[]
  /** Whether answers report how busy the server is. Default true. */
  readonly reportsLoad?: boolean
}

/** A fleet of servers and the traffic it has to carry. */
export interface FleetDescription {
  readonly name?: string
  readonly servers: readonly ServerDescription[]
  /**
   * Arrivals as a share of what the servers that are there from the start can carry, of every priority and zone, 0 to 1
   * and above. Default 0.8.
   */
  readonly load?: number
  /** Zones by name, with the time that a round trip to a server there takes. */
  readonly zones?: Readonly<Record<string, { readonly networkMs: number }>>
  /** One of `zones`: where the balancer runs. Of equal priority, servers there are preferred. Default: zones do not matter. */
  readonly zone?: string
  /** After this time the client gives a payment up; the server does not. Default 15 000. */
  readonly timeoutMs?: number
  /** How many servers a payment may be sent to when one answers with an error. Default 1: no failover. */
  readonly maxAttempts?: number
  /** The balancer's health options. Default: the balancer's own defaults. */
  readonly health?: BalancerOptions['health']
}
