import { observe } from '../health/health.ts'
import type { Settings } from '../options.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { isConnectionFailure, verdictOf } from '../outcome/verdict.ts'
import type { Verdict } from '../outcome/verdict.ts'
import type { Pool } from './pool.ts'
import type { ServerState } from './server-state.ts'

/* What one outcome teaches: counters, response time, failure rate, health. */

/* A server that fails fast must not look fast. */
const failurePenaltyMs = 5_000

interface Origin {
  readonly settings: Settings
  /** The server's generation when it was picked: what was sent before an ejection no longer counts for health. */
  readonly generation: number
}

/** Takes in the outcome of an attempt. */
export function recordOutcome(
  pool: Pool,
  state: ServerState,
  outcome: Outcome,
  origin: Origin & { readonly pickedAtMs: number },
): void {
  state.outcomes[outcome.kind] = (state.outcomes[outcome.kind] ?? 0) + 1
  const verdict = verdictOf(outcome)
  if (verdict === 'neutral') return
  const nowMs = origin.settings.clock.now()
  const failed = verdict !== 'success'
  const penaltyMs = Math.max(failurePenaltyMs, state.responseTimeAt(nowMs) ?? 0, outcome.retryAfterMs ?? 0)
  state.responseTime.observe(failed ? penaltyMs : Math.max(0, nowMs - origin.pickedAtMs), nowMs)
  state.failureRate.observe(failed, nowMs)
  updateHealth(pool, state, verdict, isConnectionFailure(outcome), origin, nowMs)
}

/** Takes in that the body of an answer, whose head was recorded before, was cut off. */
export function recordCut(pool: Pool, state: ServerState, origin: Origin): void {
  const nowMs = origin.settings.clock.now()
  state.failureRate.observe(true, nowMs)
  updateHealth(pool, state, 'failure', true, origin, nowMs)
}

function updateHealth(
  pool: Pool,
  state: ServerState,
  verdict: Verdict,
  connection: boolean,
  origin: Origin,
  nowMs: number,
): void {
  const { health, random } = origin.settings
  if (health === false || state.isRemoved || origin.generation !== state.generation) return
  const mayEject = verdict === 'failure' && !state.isDraining && pool.mayEject()
  const chance = mayEject ? random() : 0
  pool.setHealth(state, observe(state.health, { verdict, connection, nowMs, mayEject, chance }, health))
}
