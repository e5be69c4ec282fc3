/** A request as it was given to the dispatcher. */
export interface PaymentRequest {
  readonly method: string
  /** Path and query, as they go on the wire below a server's base path. */
  readonly target: string
  /** By name in lower case; values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
}
