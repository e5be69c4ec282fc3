import type { Cancellation } from '../clock.ts'
import type { AttemptRecord, PaymentOutcome, Trouble } from '../outcome/outcome.ts'
import type { Server } from '../servers/server.ts'

/** How the body of an answer ended: whole, broken off by the server or the network, or given up by the reader. */
export type BodyEnding = 'complete' | 'cut' | 'abandoned'

/** An attempt that got at least the head of an answer. */
export interface AnsweredAttempt<Answer> {
  readonly evidence: 'answered'
  readonly status: number
  /** Read only when the status calls for it, so it may be built when it is read. */
  readonly headers: Headers
  /** The whole body, where it was held until complete. */
  readonly body?: Uint8Array | undefined
  /** What `run` resolves with when this attempt is the one that counts. */
  readonly answer: Answer
  /** Only for a body that is still on its way: resolves (never rejects) when it has ended. */
  readonly ended?: Promise<BodyEnding>
  /** Only for a body that is still on its way: gives it up, because another attempt's answer counts. */
  discard?(): void
}

/** An attempt without a usable answer. `sent` is the word for every doubt: something may have left this process. */
export interface UnansweredAttempt {
  readonly evidence: 'not-sent' | 'sent'
  readonly trouble: Trouble
  readonly error: unknown
  /** The status of an answer whose head came but whose body was cut or malformed. */
  readonly status?: number
  /** True when we ourselves ended the request provably before the last byte of its body was handed to the connection. */
  readonly incomplete?: boolean
  /** True when the deadline passed while our own event loop was blocked: that says nothing about the server. */
  readonly isOurDelay?: boolean
}

/** What one attempt reports back to the loop. */
export type AttemptReport<Answer> = AnsweredAttempt<Answer> | UnansweredAttempt

/** What an attempt is told. All times are in milliseconds. */
export interface AttemptContext {
  /** 1 for the first attempt of the payment. */
  readonly number: number
  /** The answer's head must be here within this time: `headMs`, or what is left of `totalMs` when that is less. */
  readonly headMs: number
  /** The whole answer must be here within this time: what is left of `totalMs`. */
  readonly remainingMs: number
  readonly key: string | undefined
}

/** What may be told about a payment at the moment its answer is handed over. */
export interface Told {
  /** Undefined only while a long answer is still on its way: then nothing can be promised yet. */
  readonly outcome: PaymentOutcome | undefined
  readonly attempts: readonly AttemptRecord[]
}

/** An HMAC over the method, the path and the body of a request. */
export interface Fingerprint {
  readonly value: string
  /** Not the whole body was there to be read: then it cannot prove that two requests differ. */
  readonly isPartial: boolean
}

/** One request to be carried to one of the servers, and the function that tries it on a given one. */
export interface Call<Answer> {
  /**
   * Tries the request once on `server`. It says how far it got instead of throwing; what it throws all the same counts
   * as sent, outcome unknown. Its bytes must be the same on every attempt.
   */
  attempt(server: Server, context: AttemptContext): Promise<AttemptReport<Answer>>
  /** The HTTP method. GET, HEAD and OPTIONS are safe to repeat; default POST. */
  readonly method?: string
  /** The idempotency key of the payment. */
  readonly key?: string
  /** Tells the keys of one tenant from equal ones of another. */
  readonly keyScope?: string
  /** The path without its query, for whoever reconciles the payment. */
  readonly target?: string
  /**
   * What tells this request from another one under the same key. Called once, and only for a journal; the value that comes
   * back may be made when it is read. What it throws costs the payment: nothing is sent.
   */
  fingerprint?(secret: Uint8Array | undefined): Fingerprint
  /** True for a route that the user marked as idempotent: it may be repeated like a GET. */
  readonly idempotent?: boolean
  /** False once the body can no longer be sent again from its first byte. Default: always true. */
  replayable?(): boolean
  /** Aborts when the caller has gone. No new attempt begins after that. */
  readonly signal?: Cancellation
  /** Milliseconds to an answer's head, for each attempt. */
  readonly headMs?: number
  /** Milliseconds for everything. */
  readonly totalMs?: number
  /** Called once, just before `run` resolves or rejects. */
  onTold?(told: Told): void
}
