/** What moves money. */
export type PaymentType = 'charge' | 'refund'

/** One payment as a server understood it from a request. */
export interface Payment {
  readonly type: PaymentType
  /** The idempotency key, as it was sent. */
  readonly key: string | undefined
  /** The caller's own name for the payment, by which a bare payment is found again. */
  readonly reference: string | undefined
  /** In the smallest unit of the currency. */
  readonly amount: number
  readonly currency: string
  /** The payment id of the charge that a refund gives back. */
  readonly charge: string | undefined
  /** SHA-256 of the request body, in hexadecimal. */
  readonly bodyHash: string
}

/** One time that money moved: the truth that the checker reads. */
export interface Execution extends Payment {
  readonly paymentId: string
  readonly serverId: string
  readonly atMs: number
}

/** What the server answered to a payment, as it is stored for a replay. */
export interface StoredAnswer {
  readonly status: number
  /** JSON text. */
  readonly body: string
}
