import { systemClock, systemRandom } from './clock.ts'
import type { Clock, Random } from './clock.ts'
import type { HealthCheckOptions } from './health/health-check.ts'
import { checkObserver } from './observer.ts'
import type { Observer } from './observer.ts'
import type { OutcomeKind } from './outcome/outcome.ts'
import { readServers } from './servers/read-servers.ts'
import type { Server } from './servers/server.ts'
import { isStrategyName, strategies } from './strategies/index.ts'
import type { StrategyName } from './strategies/index.ts'
import type { Strategy } from './strategies/strategy.ts'
import { checkOptions, invalid, isPlainObject, rules } from './validation.ts'
import type { Rule } from './validation.ts'

/* The only place that knows a default. */

/** One server, as it is given. Only `url` is needed. */
export interface ServerOptions {
  /** Default: host and port of the URL. */
  readonly id?: string
  /** `http:` or `https:`, with an optional base path; no credentials, query or fragment. */
  readonly url: string
  /** Share of the load relative to the others, at least 0. Default 1. A server of weight 0 is a last resort. */
  readonly weight?: number
  /** 0, the default, is used first; servers of a higher number take what those below cannot carry. */
  readonly priority?: number
  /** Where the server stands, such as `eu-2`. Servers in the balancer's own `zone` are preferred. */
  readonly zone?: string
  /** The most requests in flight at once. Default: no limit. */
  readonly maxInFlight?: number
  /** The name of the ledger in which this server records idempotency keys. */
  readonly ledger?: string
  /** How the transport checks this server, beside what it was told for all; false: not at all. */
  readonly healthCheck?: Partial<HealthCheckOptions> | false
  /** Anything of your own. */
  readonly meta?: unknown
}

/** When a server is taken out and how it comes back. Every time is in milliseconds. */
export interface HealthOptions {
  /** Failed connections in a row until a server is ejected. */
  readonly consecutiveConnectionFailures: number
  /** Failures of any kind in a row until a server is ejected. */
  readonly consecutiveFailures: number
  /** How long the first ejection lasts; the second in a row lasts twice as long, and so on. */
  readonly ejectionMs: number
  readonly maxEjectionMs: number
  /** An ejection lasts up to this share longer or shorter, so that servers do not come back in step. */
  readonly ejectionJitter: number
  /** Default: `max(1, floor((n - 1) / 2))` of n servers. */
  readonly maxEjected: number | undefined
  /** Never eject below this number of servers that are left. */
  readonly minAvailable: number
  /** Successes that bring a server back from probation. */
  readonly probationSuccesses: number
}

/** What to do when every server is out: refuse, try the one that would return first, or try all. */
export type PanicPolicy = 'fail' | 'least-bad' | 'all'

/** Everything a balancer can be told. Only `servers` is needed. */
export interface BalancerOptions {
  readonly servers: readonly (string | ServerOptions)[]
  /** A name, or an object with a `pick` of your own. Default `least-response-time`. */
  readonly strategy?: StrategyName | Strategy
  /** `shared`: the servers without a `ledger` of their own share one. `none`: servers do not deduplicate at all. Not given: each server is a ledger of its own. */
  readonly ledger?: 'shared' | 'none'
  /** False switches health off. */
  readonly health?: Partial<HealthOptions> | false
  /** Default: `fail` for unsafe requests without a key, `least-bad` for everything else. */
  readonly panic?: PanicPolicy
  /** The most requests in flight at once over all servers. Default: no limit. */
  readonly maxInFlight?: number
  readonly failover?: {
    /** Attempts per payment, the first included. Default 3. */
    readonly maxAttempts?: number
    /** Retries may be at most this share of requests over 10 s, and `minPerSecond` in any case. Default 0.1 and 1. */
    readonly retryBudget?: { readonly ratio?: number; readonly minPerSecond?: number }
  }
  /** Refines the outcome of an answer. It cannot declare that an answered request was never sent. */
  readonly classify?: (answer: { status: number; headers: Headers; body?: Uint8Array }) => OutcomeKind | undefined
  readonly observer?: Observer
  readonly clock?: Clock
  readonly random?: Random
}

/** Deadlines of a request, in milliseconds. */
export interface Timeouts {
  /** To a connected socket. */
  readonly connectMs: number
  /** To the head of the answer, for each attempt. */
  readonly headMs: number
  /** Between two chunks of a body. */
  readonly idleMs: number
  /** Over everything. */
  readonly totalMs: number
}

/** The deadlines that hold where none are given. */
export const defaultTimeouts: Timeouts = { connectMs: 2_000, headMs: 15_000, idleMs: 15_000, totalMs: 45_000 }

/** Options with every default filled in. */
export interface Settings {
  readonly servers: readonly Server[]
  readonly ledger: 'shared' | 'none' | undefined
  readonly strategy: Strategy
  readonly health: HealthOptions | false
  readonly panic: PanicPolicy | undefined
  readonly maxInFlight: number
  readonly maxAttempts: number
  readonly retryRatio: number
  readonly minRetriesPerSecond: number
  readonly classify: BalancerOptions['classify']
  readonly observer: Observer | undefined
  readonly clock: Clock
  readonly random: Random
}

const defaultHealth: HealthOptions = {
  consecutiveConnectionFailures: 3,
  consecutiveFailures: 5,
  ejectionMs: 10_000,
  maxEjectionMs: 300_000,
  ejectionJitter: 0.2,
  maxEjected: undefined,
  minAvailable: 1,
  probationSuccesses: 2,
}

const strategyRule: Rule = {
  allowed: `one of ${Object.keys(strategies).join(', ')}, or an object with a pick function`,
  accepts: (value) => isStrategyName(value) || (isPlainObject(value) && typeof value['pick'] === 'function'),
}

const clockRule: Rule = rules.matching(
  'an object with now, wallTime and sleep functions',
  (value) => isPlainObject(value) && ['now', 'wallTime', 'sleep'].every((name) => typeof value[name] === 'function'),
)

const balancerRules: Readonly<Record<keyof BalancerOptions, Rule>> = {
  servers: rules.matching('an array of at least one server', (value) => Array.isArray(value) && value.length > 0),
  strategy: strategyRule,
  ledger: rules.oneOf('shared', 'none'),
  health: rules.either(rules.oneOf(false), rules.object),
  panic: rules.oneOf('fail', 'least-bad', 'all'),
  maxInFlight: rules.count,
  failover: rules.object,
  classify: rules.callback,
  observer: rules.object,
  clock: clockRule,
  random: rules.callback,
}

const healthRules: Readonly<Record<keyof HealthOptions, Rule>> = {
  consecutiveConnectionFailures: rules.count,
  consecutiveFailures: rules.count,
  ejectionMs: rules.ms,
  maxEjectionMs: rules.ms,
  ejectionJitter: rules.number(0, 1),
  maxEjected: rules.number(0, Infinity, true),
  minAvailable: rules.count,
  probationSuccesses: rules.count,
}

/** The names of a balancer's own options, for adapters whose options stand in the same object. */
export const balancerOptionNames: ReadonlySet<string> = new Set(Object.keys(balancerRules))

/**
 * Checks options and fills in the defaults.
 *
 * @throws InvalidOptionsError at the first option that is unknown or wrong
 */
export function readOptions(options: BalancerOptions): Settings {
  checkOptions(options, balancerRules, '')
  if (options.servers === undefined) throw invalid('servers', undefined, balancerRules.servers.allowed)
  if (isPlainObject(options.health)) checkOptions(options.health, healthRules, 'health')
  if (options.observer !== undefined) checkObserver(options.observer)
  const failover = options.failover ?? {}
  checkOptions(failover, { maxAttempts: rules.count, retryBudget: rules.object }, 'failover')
  const budget = failover.retryBudget ?? {}
  checkOptions(budget, { ratio: rules.number(0, 1), minPerSecond: rules.number(0) }, 'failover.retryBudget')
  return {
    servers: readServers(options.servers, options.ledger),
    ledger: options.ledger,
    strategy: readStrategy(options.strategy ?? 'least-response-time'),
    health: options.health === false ? false : withDefaults(defaultHealth, options.health),
    panic: options.panic,
    maxInFlight: options.maxInFlight ?? Infinity,
    maxAttempts: failover.maxAttempts ?? 3,
    retryRatio: budget.ratio ?? 0.1,
    minRetriesPerSecond: budget.minPerSecond ?? 1,
    classify: options.classify,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  }
}

function readStrategy(strategy: StrategyName | Strategy): Strategy {
  return typeof strategy === 'string' ? strategies[strategy]() : strategy
}

/** `defaults`, overwritten by what is given and not undefined. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options> | undefined): Options {
  const chosen = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined))
  return { ...defaults, ...chosen }
}
