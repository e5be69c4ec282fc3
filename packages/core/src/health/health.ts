import type { HealthOptions } from '../balancer-options.ts'
import type { Verdict } from '../outcome/verdict.ts'

/*
 * The health of one server as a pure state machine: no timers, no clock, no chance of its own. Time only matters when
 * somebody looks, so it is an argument, and a recorded history can be replayed.
 */

/** The health of one server. Times are in milliseconds of the balancer's clock. */
export type Health =
  | {
      readonly state: 'healthy'
      readonly consecutiveFailures: number
      readonly consecutiveConnectionFailures: number
      /** Ejections that still count; one is forgiven per healthy minute. */
      readonly ejections: number
      readonly healthySinceMs: number
    }
  | { readonly state: 'ejected'; readonly untilMs: number; readonly ejections: number }
  | { readonly state: 'probation'; readonly successes: number; readonly ejections: number; readonly sinceMs: number }

/** What was seen of one attempt. */
export interface Observation {
  readonly verdict: Verdict
  /** The failure was a connection's, not an answer's. */
  readonly connection: boolean
  readonly nowMs: number
  /** The pool can do without this server. */
  readonly mayEject: boolean
  /** The server stands out without having failed often enough in a row. */
  readonly isOutlier: boolean
  /** A number in [0, 1) for the jitter of an ejection. */
  readonly chance: number
}

const forgivenessMs = 60_000

/** The health of a server that was never seen. */
export function newlyHealthy(nowMs: number, ejections = 0): Health {
  return {
    state: 'healthy',
    consecutiveFailures: 0,
    consecutiveConnectionFailures: 0,
    ejections,
    healthySinceMs: nowMs,
  }
}

/** The health after one more attempt was seen. */
export function observe(before: Health, seen: Observation, options: HealthOptions): Health {
  if (before.state === 'ejected' || seen.verdict === 'neutral') return before
  if (before.state === 'probation') return observeOnProbation(before, seen, options)
  const after = counted(before, seen)
  if (!isBad(after, seen, options) || !seen.mayEject) return after
  return eject(ejectionsLeft(before, seen.nowMs), seen, options)
}

type Healthy = Extract<Health, { state: 'healthy' }>

/* An overloaded server neither fails nor proves itself: it only counts in the window. */
function counted(before: Healthy, { verdict, connection }: Pick<Observation, 'verdict' | 'connection'>): Healthy {
  if (verdict === 'overloaded') return before
  if (verdict === 'success') {
    if (before.consecutiveFailures === 0 && before.consecutiveConnectionFailures === 0) return before
    return { ...before, consecutiveFailures: 0, consecutiveConnectionFailures: 0 }
  }
  return {
    ...before,
    consecutiveFailures: before.consecutiveFailures + 1,
    consecutiveConnectionFailures: connection ? before.consecutiveConnectionFailures + 1 : 0,
  }
}

function isBad(
  after: Healthy,
  { verdict, isOutlier }: Pick<Observation, 'verdict' | 'isOutlier'>,
  options: HealthOptions,
): boolean {
  if (verdict === 'success') return false
  if (isOutlier) return true
  return (
    after.consecutiveFailures >= options.consecutiveFailures ||
    after.consecutiveConnectionFailures >= options.consecutiveConnectionFailures
  )
}

/** Whether this observation would eject the server, if the pool could do without it. */
export function wouldEject(
  before: Health,
  seen: Omit<Observation, 'mayEject' | 'chance'>,
  options: HealthOptions,
): boolean {
  if (before.state === 'healthy') return seen.verdict !== 'neutral' && isBad(counted(before, seen), seen, options)
  return before.state === 'probation' && seen.verdict === 'failure'
}

/** The health at `nowMs`: an ejection whose time has passed has become probation. */
export function healthAt(health: Health, nowMs: number): Health {
  if (health.state !== 'ejected' || nowMs < health.untilMs) return health
  return { state: 'probation', successes: 0, ejections: health.ejections, sinceMs: nowMs }
}

/** The health of a server whose active checks fail: ejected as after too many failures, and kept out while they go on. */
export function ejectedByCheck(before: Health, nowMs: number, chance: number, options: HealthOptions): Health {
  if (before.state !== 'ejected') return eject(ejectionsLeft(before, nowMs), { nowMs, chance }, options)
  const again = eject(before.ejections - 1, { nowMs, chance }, options)
  return { ...before, untilMs: Math.max(before.untilMs, again.untilMs) }
}

/** The health of a server whose active checks pass: its ejection is over, and it still has to prove itself. */
export function endedEarly(health: Health, nowMs: number): Health {
  return health.state === 'ejected' ? healthAt({ ...health, untilMs: nowMs }, nowMs) : health
}

function observeOnProbation(
  before: Extract<Health, { state: 'probation' }>,
  seen: Observation,
  options: HealthOptions,
): Health {
  if (seen.verdict === 'overloaded') return { ...before, successes: 0 }
  if (seen.verdict === 'failure') {
    return seen.mayEject ? eject(before.ejections, seen, options) : { ...before, successes: 0 }
  }
  const successes = before.successes + 1
  if (successes >= options.probationSuccesses) return newlyHealthy(seen.nowMs, before.ejections)
  return { ...before, successes }
}

/* One is forgiven per healthy minute. */
function ejectionsLeft(health: Exclude<Health, { state: 'ejected' }>, nowMs: number): number {
  if (health.state === 'probation') return health.ejections
  const forgiven = Math.max(0, Math.floor((nowMs - health.healthySinceMs) / forgivenessMs))
  return Math.max(0, health.ejections - forgiven)
}

function eject(
  ejectionsBefore: number,
  seen: Pick<Observation, 'nowMs' | 'chance'>,
  options: HealthOptions,
): Extract<Health, { state: 'ejected' }> {
  const ejections = ejectionsBefore + 1
  const baseMs = Math.min(options.ejectionMs * ejections, options.maxEjectionMs)
  const jitter = 1 + options.ejectionJitter * (2 * seen.chance - 1)
  return { state: 'ejected', untilMs: seen.nowMs + Math.min(baseMs * jitter, options.maxEjectionMs), ejections }
}

/* A bare payment is the worst probe: if it hangs, nobody can ask again. For this long, others may go first. */
const bareWaitsMs = 1_000

/** Whether a server on probation may be tried with this request: one at a time, bare payments last. */
export function mayProbe(health: Health, probes: number, isBare: boolean, nowMs: number): boolean {
  if (health.state !== 'probation' || probes > 0) return false
  return !isBare || nowMs - health.sinceMs >= bareWaitsMs
}

/** How many of `servers` may be ejected at once. A single server never is. */
export function ejectionLimit(servers: number, options: HealthOptions): number {
  if (servers < 2) return 0
  const limit = options.maxEjected ?? Math.max(1, Math.floor((servers - 1) / 2))
  return Math.max(0, Math.min(limit, servers - options.minAvailable))
}
