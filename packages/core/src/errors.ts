import type { AttemptRecord, PaymentOutcome } from './outcome/outcome.ts'

/* Two copies of this package in one process have different classes; the marker is the same symbol in both. */
const marker = Symbol.for('paylb.error')

/** What went wrong, as a stable word. */
export type PaylbErrorCode =
  | 'invalid-options'
  | 'no-server-available'
  | 'not-executed'
  | 'overloaded'
  | 'outcome-unknown'
  | 'answer-lost'
  | 'payment-in-progress'
  | 'key-reused'
  | 'bad-request'
  | 'internal'

/** What an error can be given beside its message. */
export interface PaylbErrorDetails {
  readonly outcome?: PaymentOutcome
  readonly attempts?: readonly AttemptRecord[]
  readonly retryAfterMs?: number
  readonly timedOut?: boolean
  readonly cause?: unknown
}

/**
 * The base of every error that paylb throws. `outcome` says what is known about the payment: `not-executed` is a
 * promise that no server executed it, `unknown` means that one may have.
 */
export class PaylbError extends Error {
  override readonly name: string = 'PaylbError'
  readonly code: PaylbErrorCode
  readonly outcome: PaymentOutcome
  /** Every attempt that was made, in order. */
  readonly attempts: readonly AttemptRecord[]
  /** When it makes sense to ask again, in milliseconds from now. */
  readonly retryAfterMs: number | undefined
  /** True when the last attempt ended by a deadline rather than by a broken connection. */
  readonly timedOut: boolean

  constructor(code: PaylbErrorCode, message: string, details: PaylbErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.outcome = details.outcome ?? 'not-executed'
    this.attempts = details.attempts ?? []
    this.retryAfterMs = details.retryAfterMs
    this.timedOut = details.timedOut ?? false
  }

  static {
    Object.defineProperty(this.prototype, marker, { value: true })
  }

  /** Recognises a PaylbError, also one that was made by another copy of this package. */
  static isInstance(value: unknown): value is PaylbError {
    return typeof value === 'object' && value !== null && marker in value
  }
}

/** An option is unknown or wrong. The message names its path, the value, and what is allowed. */
export class InvalidOptionsError extends PaylbError {
  override readonly name = 'InvalidOptionsError'
  /** Where the option stands, such as `servers[1].weight`. */
  readonly path: string

  constructor(path: string, problem: string) {
    super('invalid-options', `${path}: ${problem}`)
    this.path = path
  }
}

/** No server can be picked now: none is listed, or all are draining, full, ejected, told us to wait, or were tried. */
export class NoServerAvailableError extends PaylbError {
  override readonly name = 'NoServerAvailableError'
  /** True when a server would do, but has as much in flight as it may. */
  readonly isFull: boolean

  constructor(message: string, details: PaylbErrorDetails & { readonly isFull?: boolean } = {}) {
    super('no-server-available', message, details)
    this.isFull = details.isFull ?? false
  }
}
