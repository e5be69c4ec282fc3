import type { PaymentOutcome } from '../outcome/outcome.ts'

/*
 * The journal is the write-ahead record of payments in flight. It answers two questions that memory alone cannot: may
 * this key be sent now, and to which ledger (a caller's own retry must not reach a second one); and which payments were
 * on their way when a process died. It holds no body and no card data.
 */

/** A keyed payment that is about to begin. */
export interface PaymentIntent {
  /** The idempotency key with its scope. */
  readonly key: string
  /** HMAC over method, path and body, see `Journal.secret`. Without one, nothing can be compared. */
  readonly fingerprint?: string | undefined
  /** The body was not fully read when the fingerprint was made: such a fingerprint never causes `key-reused`. */
  readonly isPartialFingerprint?: boolean | undefined
  readonly method: string
  /** The path without its query, for whoever reconciles. */
  readonly target?: string | undefined
  /**
   * Whether the key stays pinned to its ledger after the payment is concluded. Say false only where there is one
   * ledger. Default: what the journal was told, else true.
   */
  readonly keepsPin?: boolean
}

/** Where a payment is about to be sent. */
export interface Dispatch {
  /** The server's id. */
  readonly server: string
  /** The server's ledger; undefined where servers do not deduplicate. */
  readonly ledger: string | undefined
}

/** How a payment can end for good. */
export type Conclusion = 'succeeded' | 'declined' | 'rejected'

/** What a person may decide about a payment. */
export type Resolution = 'succeeded' | 'declined' | 'not-executed'

/** What the journal knows of a key. All times are wall times in milliseconds since 1970. */
export interface PaymentRecord {
  readonly key: string
  readonly fingerprint: string | undefined
  readonly isPartialFingerprint: boolean
  readonly method: string
  readonly target: string | undefined
  /** The ledger that the key is pinned to. */
  readonly ledger: string | undefined
  /** The ids of the servers it may have been sent to, in the order of their first dispatch, each once. */
  readonly servers: readonly string[]
  /** `in-flight`: claimed by its owner. `open`: may have been executed, nobody is at it. `concluded`: kept as a pin. */
  readonly state: 'in-flight' | 'open' | 'concluded'
  /** What was told at the last settle. Undefined while the first request is in flight. */
  readonly outcome: PaymentOutcome | undefined
  /** An earlier request under this key may have been executed: then no refusal of a later one frees the key. */
  readonly hasOpenAttempt: boolean
  /** The strongest conclusion that a request under this key came to. It is never weakened. */
  readonly conclusion: Conclusion | undefined
  readonly keepsPin: boolean
  readonly startedAt: number
  /** When the first dispatch was written. The ledger's time to live counts from here. */
  readonly firstDispatchedAt: number
  /** When the record was last written. */
  readonly updatedAt: number
  /** The process that wrote the record last. */
  readonly owner: string
  /** Higher with each claim, and never used twice in one journal. */
  readonly epoch: number
}

/** The right to send a payment and to settle it. It is lost when another process takes the record over. */
export interface Claim {
  readonly key: string
  readonly epoch: number
}

/**
 * The answer to `begin`.
 *
 * - `fresh`: nothing is known of the key.
 * - `known`: it was seen before. `record.state` says how the earlier request left it, `open` or `concluded`, and
 *   `record.ledger` is its pin. `isDispatched` is false when the first dispatch is on another ledger than the pin: it
 *   was not written, and must not be sent. Pick again inside the pin and call `dispatching`, or settle `not-executed`.
 * - `in-progress`: a live process, this one or another, carries or recovers it: 409.
 * - `key-reused`: the same key was used for another request: 422.
 */
export type Begun =
  | {
      readonly state: 'fresh' | 'known'
      readonly claim: Claim
      readonly record: PaymentRecord
      readonly isDispatched: boolean
    }
  | { readonly state: 'in-progress' | 'key-reused'; readonly record: PaymentRecord }

/** A record that was taken over, with the right to settle it. */
export interface TakenOver {
  readonly claim: Claim
  readonly record: PaymentRecord
}

/**
 * Where payments are written down before they are sent. Implement it with `journalRules`, and hold it to
 * `journalContract` of `@paylb/testing`.
 *
 * Every method but `close` rejects with `JournalUnavailableError` when the journal cannot read or write.
 */
export interface Journal {
  /**
   * The key for the HMAC of fingerprints, where they outlive this process. Undefined: they do not, so whoever makes
   * them may use a key of its own. Core itself computes none, since it has no cryptography.
   */
  readonly secret: Uint8Array | undefined

  /**
   * Claims the key and writes the first dispatch in the same durable commit, so that a payment costs one wait for the
   * disk. That is why a server is picked before.
   *
   * @throws JournalFullError for a new key when there is no room; nothing is evicted for it
   */
  begin(intent: PaymentIntent, first: Dispatch): Promise<Begun>

  /**
   * Writes down that the payment may reach a server from now on. Durable when it resolves; nothing may be sent before.
   * A payment that was fresh moves its pin along with it, for core asks only while no attempt is open.
   *
   * @throws JournalConflictError when the claim was lost, or the key is pinned to another ledger: do not send
   */
  dispatching(claim: Claim, dispatch: Dispatch): Promise<void>

  /**
   * Ends the claim. `unknown` and `pending` leave the record open. `not-executed` frees the key and `rejected`
   * concludes it, but neither proves anything while an earlier attempt is open: then the record stays open.
   * `succeeded` and `declined` conclude it: say `declined` with an attempt open only if the ledger replays everything.
   *
   * May be written late, but in order: a settle that is lost only means one more reconciliation. One that rejects with
   * JournalUnavailableError is kept and tried again as long as the journal is open.
   *
   * @throws JournalConflictError when the claim was lost: whoever has it now settles
   */
  settle(claim: Claim, outcome: PaymentOutcome): Promise<void>

  /**
   * Claims an open record, or one in flight whose owner is dead. Never one with a live owner.
   *
   * @param epoch take it only if it was not claimed since it was read with this epoch
   * @returns the record as it stood, or undefined when there is nothing to take
   */
  takeOver(key: string, epoch?: number): Promise<TakenOver | undefined>

  /**
   * Every record that is open, or in flight under a dead owner, and was not written to for at least this long. A wall
   * clock that went back hides none.
   */
  unsettled(olderThanMs?: number): AsyncIterable<PaymentRecord>

  /**
   * A person decides. `not-executed` frees the key, unless an earlier request under it was concluded.
   *
   * @returns false when the key is unknown, concluded, or claimed by a live owner
   */
  resolve(key: string, outcome: Resolution): Promise<boolean>

  /** What is known of a key. Claims nothing, and changes nothing. */
  find(key: string): Promise<PaymentRecord | undefined>

  /** Writes what is waiting and lets go of everything. Idempotent. All other methods reject from now on. */
  close(): Promise<void>
}
