/** What an API process says of itself at one moment. */
export interface Sample {
  /** Requests that were answered since the start. */
  readonly requests: number
  readonly residentMib: number
  /** After a collection of garbage. */
  readonly heapMib: number
  /** Sockets, timers and whatever else keeps the process. */
  readonly handles: number
  /** The 99th percentile of how late the event loop was since the last sample. */
  readonly loopDelayMs: number
}

/** What is left once nobody is connected any more and everything was closed. */
export interface Left {
  readonly resources: readonly string[]
  readonly inFlight: number
}
