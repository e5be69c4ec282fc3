/** What one attempt may take, in milliseconds. */
export interface Limits {
  readonly connectMs: number
  readonly headMs: number
  readonly totalMs: number
}

/** The running deadlines of one attempt. */
export interface Deadlines {
  /** The socket is connected. */
  connected(): void
  /** The answer's head is here. */
  head(): void
  /** The attempt is over. */
  stop(): void
}

/** Starts the deadlines of one attempt; `onExpired` hears of the first that passes. */
export function startDeadlines(limits: Limits, onExpired: (what: string) => void): Deadlines {
  const start = (ms: number, what: string): NodeJS.Timeout => setTimeout(() => onExpired(what), ms)
  const connect = start(limits.connectMs, `no connection within ${Math.round(limits.connectMs)} ms`)
  const head = start(limits.headMs, `no answer within ${Math.round(limits.headMs)} ms`)
  const total = start(limits.totalMs, `no complete answer within ${Math.round(limits.totalMs)} ms`)
  return {
    connected: () => clearTimeout(connect),
    head: () => {
      clearTimeout(connect)
      clearTimeout(head)
    },
    stop: () => {
      for (const timer of [connect, head, total]) clearTimeout(timer)
    },
  }
}
