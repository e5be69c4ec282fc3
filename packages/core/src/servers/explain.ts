import type { PickContext } from '../strategies/strategy.ts'
import { isExcluded } from './eligibility.ts'
import type { PickRequest } from './lease.ts'
import type { Group, Selection } from './selection.ts'
import type { ServerState } from './server-state.ts'

/* Why a pick went where it went, said from what the pick itself looks at. */

/** A server that can be picked. */
export interface ExplainedCandidate {
  readonly server: string
  readonly priority: number
  readonly zone?: string
  /** The weight that the strategy sees: slow start is applied. */
  readonly weight: number
  readonly inFlight: number
  /** What the strategy goes by, where it goes by a figure. */
  readonly figure?: number
  /** The share of the load that the server's priority and zone take together: 0 to 1. */
  readonly groupShare: number
}

/** Why a server cannot be picked now. */
export type NotPickedReason =
  | 'draining'
  | 'ejected'
  | 'on-probation'
  | 'overloaded'
  | 'full'
  | 'excluded'
  | 'weight-0'
  | 'priority-not-needed'

/** A server that cannot be picked now. */
export interface ExplainedRefusal {
  readonly server: string
  readonly reason: NotPickedReason
  /** Milliseconds until the reason is gone, where that is known. */
  readonly remainingMs?: number
}

/** Which servers could be picked, what the strategy knows of each, and why the others could not. */
export interface PickExplanation {
  readonly strategy: string
  /** In words, what `figure` is and whether the least or the greatest wins. */
  readonly figure?: string
  readonly candidates: readonly ExplainedCandidate[]
  readonly others: readonly ExplainedRefusal[]
}

/** Explains a pick at `context.now`. */
export function explainPick(
  states: Iterable<ServerState>,
  selection: Selection,
  request: PickRequest,
  context: PickContext,
): Omit<PickExplanation, 'strategy'> {
  const { now } = context
  const groups = selection.groups.some((group) => group.candidates.some((state) => isOpen(state, request, now)))
    ? selection.groups
    : selection.spares
  const candidates = groups.flatMap((group, index) => explainGroup(group, groups[index - 1], request, context))
  const listed = new Set(candidates.map((candidate) => candidate.server))
  const others = Array.from(states)
    .filter((state) => !listed.has(state.server.id))
    .map((state) => explainRefusal(state, request, now))
  const figure = groups.find((group) => group.strategy.figure !== undefined)?.strategy.figure
  return { ...(figure === undefined ? {} : { figure }), candidates, others }
}

function explainGroup(
  group: Group,
  before: Group | undefined,
  request: PickRequest,
  context: PickContext,
): readonly ExplainedCandidate[] {
  const groupShare = group.shareUpTo - (before?.shareUpTo ?? 0)
  if (groupShare === 0) return []
  const open = group.candidates.filter((state) => isOpen(state, request, context.now))
  const figures = open.length === 0 ? undefined : group.strategy.figuresOf?.(open, context)
  return open.map((state, index) => {
    const { server, weight, inFlight } = state
    const figure = figures?.[index]
    return {
      server: server.id,
      priority: server.priority,
      ...(server.zone === undefined ? {} : { zone: server.zone }),
      weight,
      inFlight,
      ...(figure === undefined ? {} : { figure }),
      groupShare,
    }
  })
}

function isOpen(state: ServerState, request: PickRequest, nowMs: number): boolean {
  return state.hasRoomAt(nowMs) && !isExcluded(state, request)
}

function explainRefusal(state: ServerState, request: PickRequest, nowMs: number): ExplainedRefusal {
  const { id } = state.server
  const { health, gate } = state
  if (state.isDraining) return { server: id, reason: 'draining' }
  if (health.state === 'ejected') return { server: id, reason: 'ejected', remainingMs: health.untilMs - nowMs }
  if (isExcluded(state, request)) return { server: id, reason: 'excluded' }
  if (health.state === 'probation') return { server: id, reason: 'on-probation' }
  if (gate.opensAtMs > nowMs) return { server: id, reason: 'overloaded', remainingMs: gate.opensAtMs - nowMs }
  if (state.inFlight >= state.server.maxInFlight) return { server: id, reason: 'full' }
  return { server: id, reason: state.server.weight === 0 ? 'weight-0' : 'priority-not-needed' }
}
