import type {
  Begun,
  Claim,
  Dispatch,
  Journal,
  JournalView,
  PaymentIntent,
  PaymentOutcome,
  PaymentRecord,
  Resolution,
  TakenOver,
} from '@paylb/core'
import type { PaymentRequest } from '../book/payment-request.ts'
import type { Incarnation } from '../processes/incarnation.ts'
import type { World } from '../world.ts'
import { Heartbeat } from './heartbeat.ts'
import type { JournalStore } from './journal-store.ts'
import { LazySettles } from './lazy-settles.ts'
import { noteBegin } from './note-paths.ts'

/*
 * One process's handle on the shared journal, made of the same rules as every other journal. A call is durable before it
 * answers, except a settle, which may be lost with the process. A dead process's calls change nothing and never answer.
 */

/** The journal of one life of a process. */
export class SimulatedJournal implements Journal, JournalView {
  readonly secret: Uint8Array = new Uint8Array(16)
  readonly owner: string
  readonly ttlMs: number
  readonly keepsPins = true
  readonly #world: World
  readonly #incarnation: Incarnation
  readonly #store: JournalStore
  readonly #settles: LazySettles
  /* By the epoch of its claim. */
  readonly #requests = new Map<number, PaymentRequest>()

  constructor(incarnation: Incarnation) {
    const { world } = incarnation
    this.#world = world
    this.#incarnation = incarnation
    this.#store = world.store
    this.owner = incarnation.name
    this.ttlMs = world.scenario.declaredTtlMs
    this.#settles = new LazySettles(incarnation, (claim, outcome) => this.#settleNow(claim, outcome))
    new Heartbeat(incarnation).start()
  }

  get wallTime(): number {
    return this.#incarnation.clock.wallTime()
  }

  nextEpoch(): number {
    return this.#store.nextEpoch()
  }

  isAlive(owner: string): boolean {
    return this.#store.owners.isAlive(owner)
  }

  begin(intent: PaymentIntent, first: Dispatch): Promise<Begun> {
    const request = this.#incarnation.requestTo(intent.target)
    if (request !== undefined) request.isBlind = true
    return this.#call(
      () => this.#begin(request, intent, first),
      () => this.#world.coverage.sometimes('the journal refused a payment'),
    ).then((begun) => {
      if (request !== undefined) request.isBlind = false
      const isLate = request !== undefined && this.#incarnation.requestTo(intent.target) !== request
      if (isLate && 'claim' in begun) {
        this.#world.coverage.sometimes('the journal claimed a key for a payment that had ended')
      }
      return begun
    })
  }

  dispatching(claim: Claim, dispatch: Dispatch): Promise<void> {
    return this.#call(() => {
      const { journalRules } = this.#world.subject
      const found = this.#store.find(claim.key)
      const write = journalRules.dispatching(found, claim, dispatch, this.wallTime)
      this.#store.write(found, claim.key, write, this.owner)
      this.#requests.get(claim.epoch)?.writtenAhead(dispatch.server)
    })
  }

  settle(claim: Claim, outcome: PaymentOutcome): Promise<void> {
    if (!this.#incarnation.interact()) return new Promise(() => {})
    return this.#settles.add(claim, outcome)
  }

  takeOver(key: string, epoch?: number): Promise<TakenOver | undefined> {
    return this.#call(() => {
      const found = this.#store.find(key)
      const write = this.#world.subject.journalRules.takeOver(found, epoch, this)
      if (found === undefined || write === undefined) return undefined
      if (found.state === 'in-flight') this.#world.coverage.sometimes('recovery found a payment of a dead process')
      this.#store.write(found, key, write, this.owner)
      return { claim: { key, epoch: write.epoch }, record: found }
    })
  }

  async *unsettled(olderThanMs: number = 0): AsyncGenerator<PaymentRecord, void, undefined> {
    const { journalRules } = this.#world.subject
    const all = await this.#call(() =>
      Array.from(this.#store.records()).filter((record) => journalRules.isUnsettled(record, olderThanMs, this)),
    )
    yield* all
  }

  resolve(key: string, outcome: Resolution): Promise<boolean> {
    return this.#call(() => {
      const found = this.#store.find(key)
      const write = this.#world.subject.journalRules.resolve(found, outcome, this)
      this.#store.write(found, key, write, this.owner)
      return write !== undefined
    })
  }

  /** What is known of a key. */
  find(key: string): Promise<PaymentRecord | undefined> {
    return this.#call(() => {
      for (const request of this.#incarnation.requests) if (request.key === key) request.noteLook()
      return this.#store.find(key)
    })
  }

  async close(): Promise<void> {
    this.#settles.flush()
  }

  /** The process dies with what it had not written yet. */
  die(): void {
    if (this.#settles.length === 0) return
    this.#world.coverage.sometimes('a process died before it could write how a payment ended')
  }

  #begin(request: PaymentRequest | undefined, intent: PaymentIntent, first: Dispatch): Begun {
    const { journalRules, JournalFullError } = this.#world.subject
    const found = this.#store.find(intent.key)
    request?.noteClaims()
    const { begun, write } = journalRules.begin(found, intent, first, this)
    noteBegin(begun, found, this, this.#world.coverage)
    if (found === undefined && this.#store.isFull) {
      this.#world.coverage.sometimes('the journal was full')
      throw new JournalFullError(this.#world.scenario.journalMaxEntries)
    }
    if (begun.state === 'fresh') this.#store.forget(found)
    this.#store.write(begun.state === 'fresh' ? undefined : found, intent.key, write, this.owner)
    if ('claim' in begun && request !== undefined) {
      this.#requests.set(begun.claim.epoch, request)
      request.claimed()
      if (begun.isDispatched) request.writtenAhead(first.server)
    }
    return begun
  }

  #settleNow(claim: Claim, outcome: PaymentOutcome): void {
    const request = this.#requests.get(claim.epoch)
    this.#requests.delete(claim.epoch)
    if (request === undefined && outcome === 'succeeded') {
      this.#world.coverage.sometimes('recovery found out that a payment had succeeded')
    }
    const found = this.#store.find(claim.key)
    const write = this.#world.subject.journalRules.settle(found, claim, outcome, this.wallTime)
    this.#store.write(found, claim.key, write, this.owner)
    request?.settled()
  }

  /* What was settled before is written before. */
  #call<Result>(work: () => Result, refused?: () => void): Promise<Result> {
    return this.#incarnation.ask(() => {
      if (this.#store.isDown) {
        refused?.()
        throw new this.#world.subject.JournalUnavailableError('the journal is down')
      }
      this.#store.enter(this.owner)
      this.#settles.flush()
      return this.#settles.noting(work)
    }, this.#store.slowMs)
  }
}
