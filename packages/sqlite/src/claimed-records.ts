import type { Claim, PaymentRecord } from '@paylb/core'

/*
 * The records that this process has claimed, as it wrote them, so that they need not be read again to be settled. Within
 * an epoch only the claim's holder writes, so what it wrote last is what stands in the file, if the epoch is still the
 * same: the statement that writes makes sure of that. What a transaction writes counts only once it is committed.
 */
export class ClaimedRecords {
  readonly #committed = new Map<string, PaymentRecord>()
  readonly #written = new Map<string, PaymentRecord | undefined>()

  find({ key, epoch }: Claim): PaymentRecord | undefined {
    const record = this.#written.has(key) ? this.#written.get(key) : this.#committed.get(key)
    return record?.epoch === epoch ? record : undefined
  }

  /** Notes what was written for a key; only a record in flight is worth keeping. */
  note(key: string, record: PaymentRecord | undefined): void {
    this.#written.set(key, record?.state === 'in-flight' ? record : undefined)
  }

  commit(): void {
    for (const [key, record] of this.#written) {
      if (record === undefined) this.#committed.delete(key)
      else this.#committed.set(key, record)
    }
    this.#written.clear()
  }

  rollback(): void {
    this.#written.clear()
  }
}
