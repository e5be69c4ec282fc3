/** What a server has counted since it started. */
export interface PaymentServerStats {
  /** Requests whose head arrived. */
  readonly requests: number
  /** Requests that are being answered now, stalled ones included. */
  readonly inFlight: number
  readonly executions: number
  readonly declines: number
  /** Stored answers that were given again. */
  readonly replays: number
  /** 409: the key was still running. */
  readonly inProgress: number
  /** 422: the key came with another body. */
  readonly mismatches: number
  /** Faults that struck, by what they did. */
  readonly resets: number
  readonly stalls: number
  readonly cuts: number
  readonly errors: number
  readonly delays: number
  /** Requests that came on a connection which was ended while it was idle. */
  readonly stale: number
}

export type Counters = { -readonly [Name in keyof PaymentServerStats]: PaymentServerStats[Name] }

export function newCounters(): Counters {
  return {
    requests: 0,
    inFlight: 0,
    executions: 0,
    declines: 0,
    replays: 0,
    inProgress: 0,
    mismatches: 0,
    resets: 0,
    stalls: 0,
    cuts: 0,
    errors: 0,
    delays: 0,
    stale: 0,
  }
}
