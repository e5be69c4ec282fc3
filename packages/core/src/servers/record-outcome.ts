import { observe } from '../health/health.ts'
import type { Settings } from '../options.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { isConnectionFailure, verdictOf } from '../outcome/verdict.ts'
import type { Verdict } from '../outcome/verdict.ts'
import type { Pool } from './pool.ts'
import type { Picked } from './pool-lease.ts'
import type { ServerState } from './server-state.ts'

/*
 * What one outcome teaches: counters, response time, failure rate, health. What was sent before the server's last
 * ejection only counts in the counters: it says nothing about the server that came back.
 */

/* A server that fails fast must not look fast. */
const failurePenaltyMs = 5_000

/** Takes in the outcome of an attempt. */
export function recordOutcome(
  pool: Pool,
  state: ServerState,
  outcome: Outcome,
  picked: Picked,
  settings: Settings,
): void {
  state.outcomes[outcome.kind] = (state.outcomes[outcome.kind] ?? 0) + 1
  const verdict = verdictOf(outcome)
  if (verdict === 'neutral' || picked.generation !== state.generation) return
  const nowMs = settings.clock.now()
  if (verdict === 'success') {
    state.responseTime.observe(Math.max(0, nowMs - picked.atMs), nowMs)
    state.failureRate.observe(false, nowMs)
  } else {
    penalise(state, outcome.retryAfterMs ?? 0, nowMs)
  }
  updateHealth(pool, state, verdict, isConnectionFailure(outcome), settings)
}

/** Takes in that the body of an answer, whose head was recorded before, was cut off. */
export function recordCut(pool: Pool, state: ServerState, picked: Picked, settings: Settings): void {
  if (picked.generation !== state.generation) return
  penalise(state, 0, settings.clock.now())
  updateHealth(pool, state, 'failure', true, settings)
}

function penalise(state: ServerState, retryAfterMs: number, nowMs: number): void {
  state.responseTime.observe(Math.max(failurePenaltyMs, state.responseTimeAt(nowMs) ?? 0, retryAfterMs), nowMs)
  state.failureRate.observe(true, nowMs)
}

function updateHealth(pool: Pool, state: ServerState, verdict: Verdict, connection: boolean, settings: Settings): void {
  const { clock, health, random } = settings
  if (health === false || state.isRemoved) return
  const mayEject = verdict === 'failure' && !state.isDraining && pool.mayEject(state)
  const chance = mayEject ? random() : 0
  const nowMs = clock.now()
  pool.setHealth(state, observe(state.health, { verdict, connection, nowMs, mayEject, chance }, health))
}
