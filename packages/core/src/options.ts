import type { BalancerOptions, HealthOptions, PanicPolicy, Timeouts } from './balancer-options.ts'
import { neverGoingBack, systemClock, systemRandom } from './clock.ts'
import type { Clock, Random } from './clock.ts'
import { readHealth } from './health/health-options.ts'
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

/* What a balancer is when nothing is said. The defaults of health stand in `health/health-options.ts`. */

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
