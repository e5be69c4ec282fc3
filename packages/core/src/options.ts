import type { BalancerOptions, HealthOptions, PanicPolicy, Timeouts } from './balancer-options.ts'
import { neverGoingBack, systemClock, systemRandom } from './clock.ts'
import type { Clock, Random } from './clock.ts'
import { checkObserver } from './observer.ts'
import type { Observer } from './observer.ts'
import type { Journal } from './payments/journal.ts'
import { readLedgers } from './payments/ledger.ts'
import type { LedgerProfile } from './payments/ledger.ts'
import { memoryJournal } from './payments/memory-journal.ts'
import { readServers } from './servers/read-servers.ts'
import type { Server } from './servers/server.ts'
import { isStrategyName, strategies } from './strategies/index.ts'
import type { StrategyName } from './strategies/index.ts'
import type { Strategy } from './strategies/strategy.ts'
import { checkOptions, invalid, isPlainObject, rules } from './validation.ts'
import type { Rule } from './validation.ts'

/* The only place that knows a default. */

/** The deadlines that hold where none are given. */
export const defaultTimeouts: Timeouts = { connectMs: 2_000, headMs: 15_000, idleMs: 15_000, totalMs: 45_000 }

/** A strategy to be made, once for each group of servers; one of the user's own is always the same. */
interface StrategySource {
  readonly name: string
  readonly usesLoadReports: boolean
  make(): Strategy
}

/** Options with every default filled in. */
export interface Settings {
  readonly servers: readonly Server[]
  readonly ledger: 'shared' | 'none' | undefined
  readonly strategy: StrategySource
  readonly zone: string | undefined
  readonly ledgers: ReadonlyMap<string, LedgerProfile>
  readonly journal: Journal
  readonly onJournalFailure: 'refuse' | 'continue'
  readonly duplicates: 'refuse' | 'wait'
  readonly reconcile: BalancerOptions['reconcile']
  readonly onUnknown: BalancerOptions['onUnknown']
  readonly recovery: { readonly everyMs: number; readonly olderThanMs: number }
  readonly queue: { readonly max: number; readonly timeoutMs: number }
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
  windowMs: 30_000,
  minFailures: 5,
  minGap: 0.05,
  ejectionMs: 10_000,
  maxEjectionMs: 300_000,
  ejectionJitter: 0.2,
  maxEjected: undefined,
  minAvailable: 1,
  freezeShare: 0.5,
  probationSuccesses: 2,
  slowStartMs: 30_000,
  slowStartAggression: 1,
  ejectOnUnauthorized: false,
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
  zone: rules.text,
  ledger: rules.matching(
    "'shared' or 'none'; the name of a ledger stands in the `ledger` of each of its servers",
    (value) => value === 'shared' || value === 'none',
  ),
  ledgers: rules.object,
  journal: rules.matching(
    'a journal such as memoryJournal()',
    (value) =>
      isPlainObject(value) &&
      ['begin', 'dispatching', 'settle', 'find'].every((name) => typeof value[name] === 'function'),
  ),
  onJournalFailure: rules.oneOf('refuse', 'continue'),
  duplicates: rules.oneOf('refuse', 'wait'),
  reconcile: rules.callback,
  onUnknown: rules.callback,
  recovery: rules.object,
  health: rules.either(rules.oneOf(false), rules.object),
  panic: rules.oneOf('fail', 'least-bad', 'all'),
  maxInFlight: rules.count,
  queue: rules.object,
  failover: rules.object,
  classify: rules.callback,
  observer: rules.object,
  clock: clockRule,
  random: rules.callback,
}

const healthRules: Readonly<Record<keyof HealthOptions, Rule>> = {
  consecutiveConnectionFailures: rules.count,
  consecutiveFailures: rules.count,
  windowMs: rules.ms,
  minFailures: rules.count,
  minGap: rules.number(0, 1),
  ejectionMs: rules.ms,
  maxEjectionMs: rules.ms,
  ejectionJitter: rules.number(0, 1),
  maxEjected: rules.number(0, Infinity, true),
  minAvailable: rules.count,
  freezeShare: rules.number(0, 1),
  probationSuccesses: rules.count,
  slowStartMs: rules.ms,
  slowStartAggression: rules.matching(
    'a finite number above 0',
    (value) => rules.number(0).accepts(value) && value !== 0,
  ),
  ejectOnUnauthorized: rules.flag,
}

/** The names of a balancer's own options, for adapters whose options stand in the same object. */
export const balancerOptionNames: ReadonlySet<string> = new Set(Object.keys(balancerRules))

/**
 * Checks options and fills in the defaults.
 *
 * @throws InvalidOptionsError at the first option that is unknown or wrong
 */
export function readOptions(options: BalancerOptions): Settings {
  checkOptions(options, balancerRules, '', 'options of a door, such as timeouts or pathFilter, go to its paylb(…)')
  if (options.servers === undefined) throw invalid('servers', undefined, balancerRules.servers.allowed)
  if (options.observer !== undefined) checkObserver(options.observer)
  const failover = options.failover ?? {}
  checkOptions(failover, { maxAttempts: rules.count, retryBudget: rules.object }, 'failover')
  const budget = failover.retryBudget ?? {}
  checkOptions(budget, { ratio: rules.number(0, 1), minPerSecond: rules.number(0) }, 'failover.retryBudget')
  return {
    servers: readServers(options.servers, options.ledger),
    ledger: options.ledger,
    strategy: readStrategy(options.strategy ?? 'least-response-time'),
    zone: options.zone,
    ledgers: readLedgers(options.ledgers),
    journal: options.journal ?? memoryJournal({ clock: options.clock ?? systemClock }),
    onJournalFailure: options.onJournalFailure ?? 'refuse',
    duplicates: options.duplicates ?? 'refuse',
    reconcile: options.reconcile,
    onUnknown: options.onUnknown,
    recovery: readRecovery(options.recovery),
    queue: readQueue(options.queue),
    health: readHealth(options.health),
    panic: options.panic,
    maxInFlight: options.maxInFlight ?? Infinity,
    maxAttempts: failover.maxAttempts ?? 3,
    retryRatio: budget.ratio ?? 0.1,
    minRetriesPerSecond: budget.minPerSecond ?? 1,
    classify: options.classify,
    observer: options.observer,
    clock: neverGoingBack(options.clock ?? systemClock),
    random: options.random ?? systemRandom,
  }
}

function readStrategy(strategy: StrategyName | Strategy): StrategySource {
  const make = typeof strategy === 'string' ? strategies[strategy] : () => strategy
  const { name = 'custom', usesLoadReports = false } = make()
  return { name, usesLoadReports, make }
}

function readHealth(given: BalancerOptions['health']): HealthOptions | false {
  if (given === false) return false
  if (given !== undefined) checkOptions(given, healthRules, 'health')
  const health = withDefaults(defaultHealth, given)
  if (health.maxEjectionMs < health.ejectionMs) {
    throw invalid('health.maxEjectionMs', health.maxEjectionMs, `at least ejectionMs, which is ${health.ejectionMs}`)
  }
  return health
}

function readRecovery(recovery: BalancerOptions['recovery'] = {}): Settings['recovery'] {
  checkOptions(recovery, { everyMs: rules.ms, olderThanMs: rules.number(0) }, 'recovery')
  return { everyMs: recovery.everyMs ?? 30_000, olderThanMs: recovery.olderThanMs ?? defaultTimeouts.totalMs }
}

function readQueue(queue: BalancerOptions['queue']): Settings['queue'] {
  if (queue === undefined) return { max: 0, timeoutMs: 0 }
  checkOptions(queue, { max: rules.number(0, Infinity, true), timeoutMs: rules.ms }, 'queue')
  const { max, timeoutMs } = queue
  if (max === undefined || timeoutMs === undefined)
    throw invalid('queue', queue, 'an object with both max and timeoutMs')
  return { max, timeoutMs }
}

/** `defaults`, overwritten by what is given and not undefined. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options> | undefined): Options {
  const chosen = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined))
  return { ...defaults, ...chosen }
}
