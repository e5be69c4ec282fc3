/*
 * What one attempt meant. The words are fixed: they stand in records, in metrics and in the decision table.
 * Error codes are no evidence (the same ECONNRESET means "nothing was sent" in a TLS handshake and "the whole payment
 * was sent" after it), so an outcome always says how far the attempt provably got.
 */

/** How far an attempt got, known from lifecycle events only: nothing left, something may have left, a whole answer's head came. */
export type Evidence = 'not-sent' | 'sent' | 'answered'

/** Every outcome that an attempt can have. */
export const outcomeKinds = [
  'not-sent',
  'refused',
  'incomplete',
  'overloaded',
  'in-progress',
  'key-misuse',
  'unknown',
  'declined',
  'rejected',
  'unauthorized',
  'pending',
  'succeeded',
] as const

/** What one attempt meant. */
export type OutcomeKind = (typeof outcomeKinds)[number]

/** What may be told about a whole payment. */
export type PaymentOutcome = 'succeeded' | 'declined' | 'rejected' | 'not-executed' | 'pending' | 'unknown'

/**
 * Why an attempt has no complete answer: the connection failed or broke, a deadline passed, the caller went away or
 * the balancer was closed, this machine itself could not (no sockets, no network), or the answer was malformed.
 */
export type Trouble = 'connection' | 'timeout' | 'cancelled' | 'local' | 'malformed'

/** What one attempt meant, with what it was read from. */
export interface Outcome {
  readonly kind: OutcomeKind
  readonly evidence: Evidence
  /** The answer's HTTP status, where there was an answer. */
  readonly status?: number
  /** What the answer's `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs?: number
  readonly trouble?: Trouble
  /** True when a deadline passed while our own event loop was blocked: that says nothing about the server. */
  readonly isOurDelay?: boolean
  /** The answer was given before and only repeated: it says nothing about response times. */
  readonly isReplay?: boolean
  /** The server asked not to be sent this request again. */
  readonly mayNotRetry?: boolean
  /** A 429 that limits everybody, not one caller. */
  readonly limitsEverybody?: boolean
  readonly error?: unknown
}

/** One attempt of a payment, as it stands in errors and in the payment's record. */
export interface AttemptRecord {
  /** The id of the server that was tried. */
  readonly server: string
  readonly evidence: Evidence
  readonly outcome: OutcomeKind
  readonly status?: number
  readonly trouble?: Trouble
  /** Milliseconds from the start of the payment to the start of this attempt. */
  readonly startedAfterMs: number
  /** Milliseconds from the start of this attempt to its answer's head, or to its failure. */
  readonly durationMs: number
}
