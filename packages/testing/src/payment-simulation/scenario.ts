import type { LedgerProfile, PanicPolicy, StrategyName } from '@paylb/core'
import type { Dice } from './dice.ts'

/* What a seed is about: which servers and ledgers there are, how many paylb processes, and how they are told to work. */

/** How the servers deduplicate, and whether paylb is told. */
export type LedgerKind = 'shared' | 'separate' | 'undeclared' | 'none' | 'failing-open' | 'successes'

/** One payment server and the ledger that it writes to. */
export interface ServerPlan {
  readonly id: string
  /** The name of its ledger; servers without deduplication have one name too, under which executions are counted. */
  readonly ledger: string
}

/** The setting of one run. All times are in milliseconds. */
export interface Scenario {
  readonly kind: LedgerKind
  readonly servers: readonly ServerPlan[]
  readonly ledgers: readonly string[]
  readonly profile: Partial<LedgerProfile>
  /** How long a ledger really remembers a key. What is declared is less by the longest time that a request can lie somewhere. */
  readonly remembersMs: number
  readonly declaredTtlMs: number
  /** Keys grow too old within the run. */
  readonly hasShortTtl: boolean
  readonly processes: number
  /** `memory`: each process has core's own memory journal, which neither outlives it nor is seen by others. */
  readonly journal: 'durable' | 'memory'
  readonly journalMaxEntries: number
  readonly heartbeatMs: number
  /** Whether processes on one machine see at once that another one is gone. */
  readonly seesCrashes: boolean
  readonly paymentsPerSecond: number
  readonly keyedShare: number
  readonly safeShare: number
  readonly connectMs: number
  readonly headMs: number
  readonly totalMs: number
  readonly maxAttempts: number
  readonly retryBudget: { readonly ratio: number; readonly minPerSecond: number }
  readonly duplicates: 'refuse' | 'wait'
  readonly queue: { readonly max: number; readonly timeoutMs: number } | undefined
  readonly maxInFlight: number | undefined
  readonly serverMaxInFlight: number | undefined
  readonly strategy: StrategyName
  readonly panic: PanicPolicy | undefined
  readonly hasHealth: boolean
  readonly ejectionMs: number
  readonly hasReconcile: boolean
  readonly recoverEveryMs: number
}

/** No server stands still, and no request travels, for longer than this. */
export const longestStandstillMs = 8_000

const dayMs = 86_400_000
/* Long enough for a young key to survive every pause on its way, and to grow old in the calm at the end. */
const shortTtlMs = 20_000
const kinds: readonly LedgerKind[] = [
  'shared',
  'shared',
  'shared',
  'separate',
  'separate',
  'separate',
  'undeclared',
  'none',
  'failing-open',
  'successes',
]
const strategies: readonly StrategyName[] = ['least-response-time', 'round-robin', 'power-of-two', 'random']

/** The setting of one seed. */
export function drawScenario(dice: Dice): Scenario {
  const kind = dice.oneOf(kinds)
  const servers = drawServers(kind, dice)
  const ledgers = [...new Set(servers.map((server) => server.ledger))]
  const hasShortTtl = dice.isTrue(0.15)
  const declaredTtlMs = hasShortTtl ? shortTtlMs : dayMs
  const headMs = dice.oneOf([300, 1_000, 3_000])
  return {
    kind,
    servers,
    ledgers,
    profile: {
      ttlMs: declaredTtlMs,
      trustsOutcomeHeader: dice.isTrue(0.5),
      limits: dice.oneOf(['caller', 'server'] as const),
      replays: kind === 'successes' ? 'successes' : 'everything',
      failsOpen: kind === 'failing-open',
    },
    remembersMs: declaredTtlMs + 2 * longestStandstillMs,
    declaredTtlMs,
    hasShortTtl,
    processes: dice.whole(1, 3),
    journal: kind === 'shared' && dice.isTrue(0.2) ? 'memory' : 'durable',
    journalMaxEntries: dice.isTrue(0.1) ? dice.whole(20, 200) : 1_000_000,
    heartbeatMs: dice.oneOf([500, 1_000]),
    seesCrashes: dice.isTrue(0.5),
    paymentsPerSecond: dice.oneOf([20, 60, 200]),
    keyedShare: dice.oneOf([1, 0.9, 0.5]),
    safeShare: dice.oneOf([0, 0.1]),
    connectMs: dice.oneOf([100, 500]),
    headMs,
    totalMs: headMs * dice.oneOf([1.5, 3, 6]),
    ...drawRules(dice),
  }
}

function drawRules(dice: Dice) {
  const isCrowded = dice.isTrue(0.3)
  return {
    maxAttempts: dice.whole(1, 4),
    retryBudget: dice.oneOf([
      { ratio: 0.1, minPerSecond: 1 },
      { ratio: 0.5, minPerSecond: 5 },
      { ratio: 1, minPerSecond: 50 },
    ]),
    duplicates: dice.oneOf(['refuse', 'wait'] as const),
    queue: dice.isTrue(0.5) ? { max: dice.whole(1, 20), timeoutMs: dice.oneOf([50, 500]) } : undefined,
    maxInFlight: isCrowded && dice.isTrue(0.5) ? dice.whole(2, 12) : undefined,
    serverMaxInFlight: isCrowded ? dice.whole(1, 4) : undefined,
    strategy: dice.oneOf(strategies),
    panic: dice.oneOf([undefined, 'fail', 'least-bad', 'all'] as const),
    hasHealth: dice.isTrue(0.85),
    ejectionMs: dice.oneOf([300, 2_000, 10_000]),
    hasReconcile: dice.isTrue(0.6),
    recoverEveryMs: dice.oneOf([1_000, 4_000]),
  }
}

function drawServers(kind: LedgerKind, dice: Dice): readonly ServerPlan[] {
  const count = dice.isTrue(0.1) ? 1 : dice.whole(2, 5)
  const ids = Array.from({ length: count }, (_, index) => `s${index + 1}`)
  if (kind === 'undeclared') return ids.map((id) => ({ id, ledger: id }))
  if (kind === 'shared' || kind === 'none') return ids.map((id) => ({ id, ledger: kind }))
  const ledgers = kind === 'separate' ? dice.whole(Math.min(2, count), Math.min(3, count)) : dice.whole(1, 2)
  return ids.map((id, index) => ({ id, ledger: `ledger-${(index % ledgers) + 1}` }))
}
