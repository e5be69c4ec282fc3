import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import { isLocalFailure } from '../outcome/local-errors.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { isConnectionFailure, verdictOf } from '../outcome/verdict.ts'
import type { PoolHealth } from './pool-health.ts'
import type { PoolLease } from './pool-lease.ts'
import { countOutcome } from './server-row.ts'
import type { ServerState } from './server-state.ts'

/*
 * What one outcome teaches: counters, response time, failure rate, health. What was sent before the server's last
 * ejection only counts in the counters: it says nothing about the server that came back.
 */

/** What an outcome is held against. */
export interface Teaching {
  readonly settings: Settings
  readonly observers: Observers
  readonly health: PoolHealth
}

/* A server that fails fast must not look fast. */
const failurePenaltyMs = 5_000

/** Takes in the outcome of an attempt. */
export function recordOutcome(lease: PoolLease, outcome: Outcome, teaching: Teaching): void {
  const { state } = lease
  countOutcome(state, outcome.kind)
  const verdict = verdictOf(outcome)
  const isCurrent = lease.generation === state.generation
  const { health } = teaching.settings
  const isBurst = isCurrent && health !== false && isUnauthorizedBurst(state, outcome, teaching)
  if (verdict === 'neutral') {
    if (isLocalFailure(outcome)) teaching.health.failedLocally(teaching.settings.clock.now())
    return
  }
  if (!isCurrent) return
  const nowMs = teaching.settings.clock.now()
  if (verdict === 'success') succeed(lease, outcome, nowMs)
  else penalise(state, outcome.retryAfterMs, nowMs)
  if (health === false) return
  const isOutlier = isBurst && health.ejectOnUnauthorized
  if (verdict === 'success' && !isOutlier) return teaching.health.succeeded(state, nowMs)
  if (verdict === 'overloaded') state.closeGate(outcome.retryAfterMs, lease.pickedAtMs, nowMs)
  const seen = {
    verdict: verdict === 'overloaded' ? verdict : 'failure',
    connection: isConnectionFailure(outcome),
  } as const
  teaching.health.failed(state, { ...seen, isOutlier }, nowMs)
}

/** Takes in that the body of an answer, whose head was recorded before, was cut off. */
export function recordCut({ state, generation }: PoolLease, { settings, health }: Teaching): void {
  if (generation !== state.generation) return
  const nowMs = settings.clock.now()
  penalise(state, undefined, nowMs)
  health.failed(state, { verdict: 'failure', connection: true, isOutlier: false }, nowMs)
}

function succeed({ state, pickedAtMs }: PoolLease, { isReplay }: Outcome, nowMs: number): void {
  state.succeed(isReplay === true ? undefined : Math.max(0, nowMs - pickedAtMs), nowMs)
}

function penalise(state: ServerState, retryAfterMs: number | undefined, nowMs: number): void {
  const askedMs = retryAfterMs !== undefined && retryAfterMs > 0 ? Math.min(retryAfterMs, longestPenaltyMs) : 0
  state.fail(Math.max(failurePenaltyMs, state.responseTimeAt(nowMs) ?? 0, askedMs), nowMs)
}

const longestPenaltyMs = 300_000
const burst = 5

/* A server that answers nothing else than 401 and 403 has lost its credentials, or we have: somebody has to look. */
function isUnauthorizedBurst(state: ServerState, { kind, evidence }: Outcome, { observers }: Teaching): boolean {
  if (evidence !== 'answered') return false
  state.unauthorizedInARow = kind === 'unauthorized' ? state.unauthorizedInARow + 1 : 0
  if (state.unauthorizedInARow < burst) return false
  const { id } = state.server
  observers.warn({
    code: 'unauthorized',
    message: `server ${JSON.stringify(id)} answered ${burst} requests in a row with 401 or 403; are its credentials right? This is reported once per server`,
    server: id,
  })
  return true
}
