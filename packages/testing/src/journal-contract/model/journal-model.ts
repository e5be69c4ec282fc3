import type { Conclusion, PaymentOutcome, Resolution } from '@paylb/core'

/*
 * A journal as one would tell it to a colleague, without owners, clocks that differ or transactions: what a key is, and
 * what each word said about it does. It knows one process, which is always alive.
 */

/** What the model knows of a key. */
interface Entry {
  state: 'in-flight' | 'open' | 'concluded'
  ledger: string
  fingerprint: string
  dispatchedAt: number
  /** Which claim holds it: a number that goes up. */
  claim: number
  isOpenBefore: boolean
  conclusion: Conclusion | undefined
}

const ranks = ['rejected', 'declined', 'succeeded'] as const

/** The simplest journal. */
export class JournalModel {
  readonly #entries = new Map<string, Entry>()
  readonly #ttlMs: number
  readonly #maxEntries: number
  #claims = 0
  now = 0

  constructor(ttlMs: number, maxEntries: number) {
    this.#ttlMs = ttlMs
    this.#maxEntries = maxEntries
  }

  begin(key: string, fingerprint: string, ledger: string): string {
    this.#expire()
    const entry = this.#entries.get(key)
    if (entry === undefined) return this.#fresh(key, fingerprint, ledger)
    if (entry.fingerprint !== fingerprint) return 'key-reused'
    if (entry.state === 'in-flight') return 'in-progress'
    const was = entry.state
    this.#claim(entry)
    return `known ${was} on ${entry.ledger}`
  }

  dispatching(key: string, claim: number, ledger: string): string {
    const entry = this.#held(key, claim)
    if (entry === undefined) return 'conflict'
    const isPinned = entry.isOpenBefore || entry.conclusion !== undefined
    if (isPinned && entry.ledger !== ledger) return 'conflict'
    entry.ledger = ledger
    return 'done'
  }

  settle(key: string, claim: number, outcome: PaymentOutcome): string {
    const entry = this.#held(key, claim)
    if (entry === undefined) return 'conflict'
    const provesNothing = entry.isOpenBefore && (outcome === 'rejected' || outcome === 'not-executed')
    if (outcome === 'unknown' || outcome === 'pending' || provesNothing) entry.state = 'open'
    else this.#conclude(key, entry, outcome)
    return 'done'
  }

  takeOver(key: string): string {
    const entry = this.#entries.get(key)
    if (entry?.state !== 'open') return 'nothing'
    this.#claim(entry)
    return 'taken'
  }

  resolve(key: string, outcome: Resolution): string {
    const entry = this.#entries.get(key)
    if (entry?.state !== 'open') return 'false'
    this.#conclude(key, entry, outcome)
    return 'true'
  }

  /** The keys of all open payments, in order. */
  open(): readonly string[] {
    const open = [...this.#entries].filter(([, entry]) => entry.state === 'open')
    return open.map(([key]) => key).toSorted()
  }

  /** The claim that holds a key, as far as the model numbers them. */
  claimOn(key: string): number {
    return this.#entries.get(key)?.claim ?? 0
  }

  #fresh(key: string, fingerprint: string, ledger: string): string {
    if (this.#entries.size >= this.#maxEntries) return 'full'
    const entry: Entry = {
      state: 'in-flight',
      ledger,
      fingerprint,
      dispatchedAt: this.now,
      claim: 0,
      isOpenBefore: false,
      conclusion: undefined,
    }
    this.#entries.set(key, entry)
    this.#claim(entry)
    entry.isOpenBefore = false
    return 'fresh'
  }

  #claim(entry: Entry): void {
    this.#claims += 1
    entry.isOpenBefore ||= entry.state !== 'concluded'
    entry.state = 'in-flight'
    entry.claim = this.#claims
  }

  #held(key: string, claim: number): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry?.state === 'in-flight' && entry.claim === claim ? entry : undefined
  }

  #conclude(key: string, entry: Entry, outcome: Conclusion | 'not-executed'): void {
    const reached = ranks.findLast((rank) => rank === outcome || rank === entry.conclusion)
    if (reached === undefined) {
      this.#entries.delete(key)
      return
    }
    Object.assign(entry, { state: 'concluded', conclusion: reached, isOpenBefore: false })
  }

  #expire(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.state === 'concluded' && this.now - entry.dispatchedAt >= this.#ttlMs) this.#entries.delete(key)
    }
  }
}
