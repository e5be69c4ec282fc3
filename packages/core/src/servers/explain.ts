import { guarded } from '../observer.ts'
import type { PickContext, Strategy } from '../strategies/strategy.ts'
import { isExcluded } from './eligibility.ts'
import type { PickRequest } from './lease.ts'
import type { Group } from './groups.ts'
import type { Selection } from './selection.ts'
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
  const isOpenNow = (state: ServerState): boolean => isOpen(state, request, context.now)
  const groups = [selection.groups, selection.spares].map((some) => withShares(some, isOpenNow)).find(hasOpen) ?? []
  const candidates = groups.flatMap((group) => explainGroup(group, context))
  const listed = new Set(candidates.map((candidate) => candidate.server))
  const others = Array.from(states)
    .filter((state) => !listed.has(state.server.id))
    .map((state) => explainRefusal(state, request, context.now))
  const figure = groups.find(({ strategy }) => strategy.figure !== undefined)?.strategy.figure
  return { ...(figure === undefined ? {} : { figure }), candidates, others }
}

interface OpenGroup {
  readonly strategy: Strategy
  readonly open: readonly ServerState[]
  readonly share: number
}

/* A group that has nobody to give hands its share over to the most preferred one that has. */
function withShares(groups: readonly Group[], isOpenNow: (state: ServerState) => boolean): readonly OpenGroup[] {
  const all = groups.map(({ strategy, candidates, shareUpTo }, index) => ({
    strategy,
    open: candidates.filter(isOpenNow),
    share: shareUpTo - (groups[index - 1]?.shareUpTo ?? 0),
  }))
  const heir = all.find(({ open }) => open.length > 0)
  const left = all.reduce((sum, { open, share }) => (open.length === 0 ? sum + share : sum), 0)
  return all.map((group) => (group === heir ? { ...group, share: group.share + left } : group))
}

function hasOpen(groups: readonly OpenGroup[]): boolean {
  return groups.some(({ open }) => open.length > 0)
}

function explainGroup({ strategy, open, share }: OpenGroup, context: PickContext): readonly ExplainedCandidate[] {
  if (share === 0 || open.length === 0) return []
  const figures = guarded(
    () => strategy.figuresOf?.(open, context),
    () => {},
  )
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
      groupShare: share,
    }
  })
}

function isOpen(state: ServerState, request: PickRequest, nowMs: number): boolean {
  return state.hasRoomAt(nowMs) && !isExcluded(state, request)
}

function explainRefusal(state: ServerState, request: PickRequest, nowMs: number): ExplainedRefusal {
  const { id } = state.server
  const { health } = state
  const gateMs = state.gateRemainingMsAt(nowMs)
  if (state.isDraining) return { server: id, reason: 'draining' }
  if (health.state === 'ejected') return { server: id, reason: 'ejected', remainingMs: health.untilMs - nowMs }
  if (isExcluded(state, request)) return { server: id, reason: 'excluded' }
  if (health.state === 'probation') return { server: id, reason: 'on-probation' }
  if (gateMs > 0) return { server: id, reason: 'overloaded', remainingMs: gateMs }
  if (state.inFlight >= state.maxInFlight) return { server: id, reason: 'full' }
  return { server: id, reason: state.server.weight === 0 ? 'weight-0' : 'priority-not-needed' }
}
