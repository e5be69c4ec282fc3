import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { checkOptions, rules } from '../validation.ts'
import { changed, FreshRecord } from './fresh-record.ts'
import { JournalFullError, JournalUnavailableError } from './journal-errors.ts'
import { journalRules } from './journal-rules.ts'
import type { JournalView, JournalWrite } from './journal-rules.ts'
import type { Begun, Claim, Dispatch, Journal, PaymentIntent, PaymentRecord, Resolution, TakenOver } from './journal.ts'
import type { PaymentOutcome } from '../outcome/outcome.ts'
import { PinQueue } from './pin-queue.ts'
import { RecordPlaces } from './record-places.ts'

/** What a memory journal can be told. */
export interface MemoryJournalOptions {
  /** The most payments in flight, open or pinned at once. Default 1 000 000; each takes about half a KiB. */
  readonly maxEntries?: number
  /** How long a concluded payment stays pinned, from its first dispatch: at least its ledger's time to live. Default 24 h. */
  readonly ttlMs?: number
  /** For intents that do not say whether they keep their pin. Default true. */
  readonly keepsPins?: boolean
  readonly clock?: Pick<Clock, 'wallTime'>
}

/**
 * What a memory journal can do without a promise: nobody else sees it, and there is nothing to wait for. Each does what the
 * method of `Journal` does whose name it has, and throws where that rejects.
 */
export interface AtOnce {
  beginNow(intent: PaymentIntent, first: Dispatch): Begun
  dispatchingNow(claim: Claim, dispatch: Dispatch): void
  settleNow(claim: Claim, outcome: PaymentOutcome): void
}

const atOnceMethods = ['begin', 'dispatching', 'settle'] as const

/** A journal that need not be waited for, as long as nobody has put methods of their own into it; undefined for others. */
export function atOnce(journal: Journal): AtOnce | undefined {
  if (!(journal instanceof MemoryJournal)) return undefined
  const own: MemoryJournal = MemoryJournal.prototype
  return atOnceMethods.every((method) => journal[method] === own[method]) ? journal : undefined
}

const owner = 'this-process'

/**
 * A journal in memory. It keeps callers' retries on their ledger and refuses a key that is still running, in this
 * process and as long as it lives. It cannot do more: when the process dies it forgets what was in flight, and it sees
 * nothing of other processes. Payments that must survive either need a durable journal.
 *
 * @throws InvalidOptionsError
 */
export function memoryJournal(options: MemoryJournalOptions = {}): Journal {
  const allowed = { maxEntries: rules.count, ttlMs: rules.number(1), keepsPins: rules.flag, clock: rules.object }
  checkOptions(options, allowed, '')
  return new MemoryJournal(options)
}

/* Each method does its work at once and only its answer waits, so no two of them can interleave. */
class MemoryJournal implements Journal, JournalView, AtOnce {
  readonly secret: undefined
  readonly owner: string = owner
  readonly ttlMs: number
  readonly keepsPins: boolean
  readonly #maxEntries: number
  readonly #clock: Pick<Clock, 'wallTime'>
  readonly #records = new RecordPlaces()
  readonly #pins = new PinQueue()
  #epoch = 0
  #isClosed = false

  constructor(options: MemoryJournalOptions) {
    this.#maxEntries = options.maxEntries ?? 1_000_000
    this.ttlMs = options.ttlMs ?? 86_400_000
    this.keepsPins = options.keepsPins ?? true
    this.#clock = options.clock ?? systemClock
  }

  get wallTime(): number {
    return this.#clock.wallTime()
  }

  nextEpoch(): number {
    this.#epoch += 1
    return this.#epoch
  }

  isAlive(): boolean {
    return true
  }

  async begin(intent: PaymentIntent, first: Dispatch): Promise<Begun> {
    return this.#begin(intent, first)
  }

  async dispatching(claim: Claim, dispatch: Dispatch): Promise<void> {
    this.dispatchingNow(claim, dispatch)
  }

  async settle(claim: Claim, outcome: PaymentOutcome): Promise<void> {
    this.settleNow(claim, outcome)
  }

  beginNow(intent: PaymentIntent, first: Dispatch): Begun {
    return this.#begin(intent, first, makeFreshRecord)
  }

  dispatchingNow(claim: Claim, dispatch: Dispatch): void {
    this.#write(claim.key, journalRules.dispatching(this.#find(claim.key), claim, dispatch, this.wallTime))
  }

  settleNow(claim: Claim, outcome: PaymentOutcome): void {
    this.#write(claim.key, journalRules.settle(this.#find(claim.key), claim, outcome, this.wallTime))
  }

  async takeOver(key: string, epoch?: number): Promise<TakenOver | undefined> {
    const found = this.#find(key)
    const write = journalRules.takeOver(found, epoch, this)
    if (found === undefined || write === undefined) return undefined
    this.#write(key, write)
    return { claim: { key, epoch: write.epoch }, record: found }
  }

  async *unsettled(olderThanMs: number = 0): AsyncGenerator<PaymentRecord, void, undefined> {
    this.#assertOpen()
    for (const record of this.#records.values()) {
      if (journalRules.isUnsettled(record, olderThanMs, this)) yield record
    }
  }

  async resolve(key: string, outcome: Resolution): Promise<boolean> {
    const write = journalRules.resolve(this.#find(key), outcome, this)
    this.#write(key, write)
    return write !== undefined
  }

  async find(key: string): Promise<PaymentRecord | undefined> {
    const found = this.#find(key)
    return found && changed(found, {})
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#records.clear()
  }

  #begin(intent: PaymentIntent, first: Dispatch, makeRecord?: typeof makeFreshRecord): Begun {
    const found = this.#find(intent.key)
    this.#prune()
    const { begun, write } = journalRules.begin(found, intent, first, this, makeRecord)
    const isNew = found === undefined || !this.#records.has(intent.key)
    if (isNew && this.#records.size >= this.#maxEntries) throw new JournalFullError(this.#maxEntries)
    this.#write(intent.key, write)
    return begun
  }

  #find(key: string): PaymentRecord | undefined {
    this.#assertOpen()
    return this.#records.get(key)
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new JournalUnavailableError('The journal is closed')
  }

  #write(key: string, write: JournalWrite): void {
    if (write === undefined) return
    if (write === 'forget') {
      this.#records.delete(key)
      return
    }
    this.#records.set(key, write)
    if (write.state === 'concluded') this.#pins.add(key, write.firstDispatchedAt)
  }

  #prune(): void {
    if (this.#pins.isEmpty) return
    const { ttlMs, wallTime } = this
    this.#pins.prune((key) => {
      const record = this.#records.get(key)
      if (record?.state !== 'concluded') return 'gone'
      if (!journalRules.isExpiredPin(record, ttlMs, wallTime)) return 'keep'
      this.#records.delete(key)
      return 'gone'
    })
  }
}

function makeFreshRecord(...parts: ConstructorParameters<typeof FreshRecord>): PaymentRecord {
  return new FreshRecord(...parts)
}
