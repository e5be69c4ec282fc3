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
  /** Servers that were ejected and are tried again, one request at a time. */
  readonly onProbation: readonly ServerState[]
  readonly ejected: readonly ServerState[]
  /** When the first ejection ends. */
  readonly validUntilMs: number
}

/** Sorts the servers of a pool. */
export function select(states: Iterable<ServerState>): Selection {
  const staying = [...states].filter((state) => !state.isDraining)
  const healthy = staying.filter((state) => state.health.state === 'healthy')
  const ejected = staying.filter((state) => state.health.state === 'ejected')
  const weighted = healthy.filter((state) => state.server.weight > 0)
  const spares = healthy.filter((state) => state.server.weight === 0)
  return {
    candidates: weighted,
    spares,
    onProbation: staying.filter((state) => state.health.state === 'probation'),
    ejected,
    validUntilMs: Math.min(...ejected.map(returnsAtMs), Infinity),
  }
}

/** When a server's ejection ends; infinite for one that is not ejected. */
export function returnsAtMs(state: ServerState): number {
  return state.health.state === 'ejected' ? state.health.untilMs : Infinity
}
