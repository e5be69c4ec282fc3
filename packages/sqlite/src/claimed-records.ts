import type { Claim, PaymentRecord } from '@paylb/core'

/*
 * The records that this process has claimed, as it wrote them, so that they need not be read again to be settled. Within
 * an epoch only the claim's holder writes, so what it wrote last is what stands in the file, if the epoch is still the
 * same: the statement that writes makes sure of that. What a transaction writes counts only once it is committed.
 *
 * No map here lives long: a `Map` that entries enter and leave outgrows its table all the time, and in V8 each outgrown table
 * points to the next, so that one which has become old keeps all later records from young collections.
 */

const fewestChangesPerMap = 256

/** Records by claim. */
export class ClaimedRecords {
  #committed = new Map<string, PaymentRecord>()
  #written = new Map<string, PaymentRecord | undefined>()
  #changes = 0

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
    this.#changes += this.#written.size
    this.#written = new Map()
    if (this.#changes >= Math.max(fewestChangesPerMap, this.#committed.size)) this.#beginAgain()
  }

  rollback(): void {
    this.#written = new Map()
  }

  #beginAgain(): void {
    this.#committed = new Map(this.#committed)
    this.#changes = 0
  }
}
