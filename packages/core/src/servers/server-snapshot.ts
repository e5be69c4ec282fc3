import type { Health } from '../health/health.ts'
import type { OutcomeKind } from '../outcome/outcome.ts'
import { readOutcomes } from './server-row.ts'
import type { ServerState } from './server-state.ts'

/** One server in a snapshot: plain JSON. Times are in milliseconds. */
export interface ServerSnapshot {
  readonly id: string
  readonly url: string
  readonly weight: number
  readonly priority: number
  readonly zone?: string
  readonly inFlight: number
  readonly picks: number
  readonly isDraining: boolean
  readonly health: { readonly state: Health['state']; readonly ejections: number; readonly remainingMs?: number }
  /** Milliseconds for which the server asked to be left alone, where it did. */
  readonly gateRemainingMs?: number
  /** The share of its weight that the server gets so soon after it joined or came back: 0.1 to 1. */
  readonly slowStart: number
  readonly responseTimeMs: number | null
  readonly failureRate: number
  readonly load: number | null
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

/** A copy of what is known at `nowMs`. */
export function snapshotOf(state: ServerState, nowMs: number): ServerSnapshot {
  const { health, server } = state
  const gateRemainingMs = state.gateRemainingMsAt(nowMs)
  const remainingMs = health.state === 'ejected' ? { remainingMs: Math.max(0, health.untilMs - nowMs) } : {}
  return {
    id: server.id,
    url: server.url,
    weight: server.weight,
    priority: server.priority,
    ...(server.zone === undefined ? {} : { zone: server.zone }),
    inFlight: state.inFlight,
    picks: state.picks,
    isDraining: state.isDraining,
    health: { state: health.state, ejections: health.ejections, ...remainingMs },
    ...(gateRemainingMs > 0 ? { gateRemainingMs } : {}),
    slowStart: state.slowStart,
    responseTimeMs: state.responseTimeAt(nowMs) ?? null,
    failureRate: state.failureRateAt(nowMs),
    load: state.loadAt(nowMs) ?? null,
    outcomes: readOutcomes(state),
  }
}
