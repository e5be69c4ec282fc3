import { NoServerAvailableError } from '../errors.ts'
import { isExcluded } from './eligibility.ts'
import type { PickRequest } from './lease.ts'
import { returnsAtMs } from './selection.ts'
import type { ServerState } from './server-state.ts'

const soonestMs = 1_000

/** The error that says why no server can be picked, and when it makes sense to ask again. */
export function noneAvailable(
  states: Iterable<ServerState>,
  request: PickRequest,
  nowMs: number,
): NoServerAvailableError {
  const counts = {
    draining: 0,
    ejected: 0,
    'on probation': 0,
    full: 0,
    'told us to wait': 0,
    'tried already': 0,
    'of another ledger': 0,
  }
  let servers = 0
  let returnMs = Infinity
  let isFull = false
  for (const state of states) {
    servers += 1
    const { health } = state
    const gateMs = state.gateRemainingMsAt(nowMs)
    isFull ||= lacksOnlyRoom(state, request, nowMs)
    if (state.isDraining) counts.draining += 1
    if (health.state === 'probation') counts['on probation'] += 1
    if (state.inFlight >= state.maxInFlight) counts.full += 1
    if (request.exclude?.has(state.server.id) === true) counts['tried already'] += 1
    else if (isExcluded(state, request)) counts['of another ledger'] += 1
    if (gateMs > 0) counts['told us to wait'] += 1
    if (health.state === 'ejected') counts.ejected += 1
    const waitMs = Math.max(returnsAtMs(state) - nowMs, gateMs)
    if (!state.isDraining && waitMs > 0) returnMs = Math.min(returnMs, waitMs)
  }
  const reasons = Object.entries(counts).filter(([, count]) => count > 0)
  const counted = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ')
  return new NoServerAvailableError(`none of ${servers} servers can be picked${counted === '' ? '' : `: ${counted}`}`, {
    isFull,
    retryAfterMs: Number.isFinite(returnMs) ? Math.max(soonestMs, returnMs) : soonestMs,
  })
}

function lacksOnlyRoom(state: ServerState, request: PickRequest, nowMs: number): boolean {
  const isEligible = !state.isDraining && state.health.state === 'healthy' && state.gateRemainingMsAt(nowMs) === 0
  return isEligible && !isExcluded(state, request) && state.inFlight >= state.maxInFlight
}
