import { PaylbError } from '@paylb/core'

/** A request that paylb itself refuses. Nothing of it has reached a server, or provably not its last byte. */
export class Refusal extends PaylbError {
  override readonly name = 'Refusal'
  /** The HTTP status that the caller gets. */
  readonly status: number

  constructor(status: number, message: string) {
    super('bad-request', message)
    this.status = status
  }
}
