import type { ServerState } from './server-state.ts'

/*
 * Who may be picked now. The lists are immutable and replaced only when somebody joins, leaves, or changes weight or
 * health, so that a strategy may keep what it derived from them.
 */

/** The servers of a pool, sorted by what they may be picked for. */
export interface Selection {
  readonly candidates: readonly ServerState[]
  /** Servers of weight 0: picked when no candidate can be. */
  readonly spares: readonly ServerState[]
  /** Servers that were ejected and are tried again, one request at a time. Those of weight 0 come last. */
  readonly onProbation: readonly ServerState[]
  readonly ejected: readonly ServerState[]
  /** When the first ejection ends, also of a server that is draining. */
  readonly validUntilMs: number
}

/** Sorts the servers of a pool. */
export function select(states: Iterable<ServerState>): Selection {
  const all = [...states]
  const staying = all.filter((state) => !state.isDraining)
  const healthy = staying.filter((state) => state.health.state === 'healthy')
  const onProbation = staying.filter((state) => state.health.state === 'probation')
  return {
    candidates: Object.freeze(healthy.filter(hasWeight)),
    spares: Object.freeze(healthy.filter((state) => !hasWeight(state))),
    onProbation: [...onProbation.filter(hasWeight), ...onProbation.filter((state) => !hasWeight(state))],
    ejected: staying.filter(isEjected),
    validUntilMs: Math.min(...all.filter(isEjected).map(returnsAtMs), Infinity),
  }
}

function isEjected(state: ServerState): boolean {
  return state.health.state === 'ejected'
}

/** When a server's ejection ends; for one that is not ejected, 0. */
export function returnsAtMs(state: ServerState): number {
  return state.health.state === 'ejected' ? state.health.untilMs : 0
}

/** Whether a server takes part in the ordinary load. */
export function hasWeight(state: ServerState): boolean {
  return state.server.weight > 0
}
