import { JournalFullError, journalRules } from '@paylb/core'
import type { JournalView, JournalWrite, PaymentRecord } from '@paylb/core'
import type { ClaimedRecords } from './claimed-records.ts'
import type { Counters } from './counters.ts'
import type { Answers, Operation, Page } from './operation.ts'
import type { Settings } from './options.ts'
import type { Owners } from './owners.ts'
import type { RecordStore } from './record-store.ts'

/*
 * What happens between BEGIN and COMMIT. Each operation reads its record, asks the rules, and writes with a single
 * statement, so one that fails leaves nothing behind and the others of the same transaction go on.
 */

const recordsPerPage = 100

/** What a transaction works on. */
export interface Tables {
  readonly records: RecordStore
  readonly claims: ClaimedRecords
  readonly owners: Owners
}

/** One transaction on the journal, while it lasts. */
export class Transaction implements JournalView {
  readonly wallTime: number
  readonly owner: string
  readonly ttlMs: number
  readonly keepsPins: boolean
  readonly #maxEntries: number
  readonly #records: RecordStore
  readonly #claims: ClaimedRecords
  readonly #owners: Owners
  #count: number
  #epoch: number
  /** Whether anything was written, so that it must be committed. */
  hasWritten = false

  constructor(settings: Settings, { records, claims, owners }: Tables, counters: Counters) {
    this.wallTime = settings.clock.wallTime()
    this.owner = owners.id
    this.ttlMs = settings.ttlMs
    this.keepsPins = settings.keepsPins
    this.#maxEntries = settings.maxEntries
    this.#records = records
    this.#claims = claims
    this.#owners = owners
    this.#count = counters.records
    this.#epoch = counters.last_epoch
  }

  get counts(): Pick<Counters, 'records' | 'last_epoch'> {
    return { records: this.#count, last_epoch: this.#epoch }
  }

  nextEpoch(): number {
    this.#epoch += 1
    return this.#epoch
  }

  isAlive(owner: string): boolean {
    return this.#owners.isAlive(owner)
  }

  /** Forgets a few of the pins that have expired. */
  prune(limit: number): void {
    const pruned = this.#records.prune(this.wallTime - this.ttlMs, limit)
    this.#count -= pruned
    this.hasWritten ||= pruned > 0
  }

  run(operation: Operation): Answers[Operation['kind']] {
    switch (operation.kind) {
      case 'begin':
        return this.#begin(operation)
      case 'dispatching':
      case 'settle':
        return this.#write(operation)
      case 'takeOver':
        return this.#takeOver(operation)
      case 'resolve':
        return this.#resolve(operation)
      case 'find':
        return this.#records.find(operation.key)
      case 'list':
        return this.#list(operation)
      case 'beat':
      case 'bury':
      case 'leave':
        this.#owners[operation.kind]()
        this.hasWritten = true
    }
    return undefined
  }

  /* Nearly every key is new: writing it finds out without reading first. */
  #begin({ intent, first }: Extract<Operation, { kind: 'begin' }>): Answers['begin'] {
    const hasRoom = this.#count < this.#maxEntries
    const fresh = journalRules.begin(undefined, intent, first, this)
    if (hasRoom && this.#put(undefined, intent.key, fresh.write)) return fresh.begun
    const found = this.#records.find(intent.key)
    if (found === undefined) throw new JournalFullError(this.#maxEntries)
    const { begun, write } = journalRules.begin(found, intent, first, this)
    this.#put(found, intent.key, write)
    return begun
  }

  #write(operation: Extract<Operation, { kind: 'dispatching' | 'settle' }>): undefined {
    const { claim } = operation
    const claimed = this.#claims.find(claim)
    if (claimed !== undefined && this.#put(claimed, claim.key, this.#decide(claimed, operation))) return
    const found = this.#records.find(claim.key)
    this.#put(found, claim.key, this.#decide(found, operation))
  }

  #decide(
    found: PaymentRecord | undefined,
    operation: Extract<Operation, { kind: 'dispatching' | 'settle' }>,
  ): JournalWrite {
    const { claim, kind } = operation
    if (kind === 'settle') return journalRules.settle(found, claim, operation.outcome, this.wallTime)
    return journalRules.dispatching(found, claim, operation.dispatch, this.wallTime)
  }

  #takeOver({ key, epoch }: Extract<Operation, { kind: 'takeOver' }>): Answers['takeOver'] {
    const found = this.#records.find(key)
    const write = journalRules.takeOver(found, epoch, this)
    if (found === undefined || write === undefined) return undefined
    this.#put(found, key, write)
    return { claim: { key, epoch: write.epoch }, record: found }
  }

  #resolve({ key, outcome }: Extract<Operation, { kind: 'resolve' }>): boolean {
    const found = this.#records.find(key)
    const write = journalRules.resolve(found, outcome, this)
    this.#put(found, key, write)
    return write !== undefined
  }

  #list({ after, olderThanMs }: Extract<Operation, { kind: 'list' }>): Page {
    const page = this.#records.unsettledAfter(after, recordsPerPage)
    const records = page.filter((record) => journalRules.isUnsettled(record, olderThanMs, this))
    return { records, next: page.length < recordsPerPage ? undefined : page.at(-1)?.key }
  }

  /* False when what was found is not what stands there. */
  #put(found: PaymentRecord | undefined, key: string, write: JournalWrite): boolean {
    if (write === undefined) return true
    if (!this.#store(found, key, write)) return false
    this.#claims.note(key, write === 'forget' ? undefined : write)
    this.hasWritten = true
    this.#count += Number(write !== 'forget') - Number(found !== undefined)
    return true
  }

  #store(found: PaymentRecord | undefined, key: string, write: PaymentRecord | 'forget'): boolean {
    if (write === 'forget') return found === undefined || this.#records.delete(key, found.epoch)
    return found === undefined ? this.#records.insert(write) : this.#records.update(write, found.epoch)
  }
}
