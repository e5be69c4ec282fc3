import type { PaymentRecord } from './journal.ts'

/*
 * Records by key, for a journal in which they come and go thousands of times a second. A `Map` outgrows its table all the
 * time then, and in V8 each outgrown table points to the next: once one of them is old, a young collection keeps all that
 * came after it, with every record they held. So the map holds numbers, and the records stand in an array; and as tables
 * also hold their keys, a map that is small begins again with a new table after a while, to which no old one points.
 */

const deletionsPerMap = 1024

/** Records by key. */
export class RecordPlaces {
  #places = new Map<string, number>()
  #deletions = 0
  readonly #records: (PaymentRecord | undefined)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#places.size
  }

  has(key: string): boolean {
    return this.#places.has(key)
  }

  get(key: string): PaymentRecord | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#records[place]
  }

  set(key: string, record: PaymentRecord): void {
    let place = this.#places.get(key)
    if (place === undefined) {
      place = this.#free.pop() ?? this.#records.length
      this.#places.set(key, place)
    }
    this.#records[place] = record
  }

  delete(key: string): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    this.#places.delete(key)
    this.#records[place] = undefined
    this.#free.push(place)
    this.#deletions += 1
    if (this.#deletions >= deletionsPerMap && this.#places.size <= deletionsPerMap) this.#beginAgain()
  }

  clear(): void {
    this.#places.clear()
    this.#records.length = 0
    this.#free.length = 0
  }

  /** All records, in the order in which their keys came. What comes while it is read may be missing. */
  *values(): Generator<PaymentRecord, void, undefined> {
    for (const [key, place] of this.#places) {
      const record = this.#places.get(key) === place ? this.#records[place] : undefined
      if (record !== undefined) yield record
    }
  }

  #beginAgain(): void {
    this.#places = new Map(this.#places)
    this.#deletions = 0
  }
}
