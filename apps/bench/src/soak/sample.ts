/** What an API process says of itself at one moment. */
export interface Sample {
  /** Requests that were answered since the start. */
  readonly requests: number
  readonly residentMib: number
  /** After a collection of garbage. */
  readonly heapMib: number
  /** Connections to callers and to servers that keep the process. */
  readonly sockets: number
  /** Timers, requests and whatever else keeps the process. */
  readonly otherHandles: number
  /** The 99th percentile of how late the event loop was since the last sample, but for the sample's own collection. */
  readonly loopDelayMs: number
}

/** What is left once nobody is connected any more and everything was closed. */
export interface Left {
  readonly resources: readonly string[]
  readonly inFlight: number
  /** Payments with an unknown outcome, which a journal keeps on purpose until somebody resolves them. */
  readonly unsettled: number
}
