import type { Claim, PaymentOutcome } from '@paylb/core'
import type { Incarnation } from '../processes/incarnation.ts'

/*
 * How payments ended, not yet written. They are written in their order and before anything else that this process
 * writes; what the journal refuses is kept and tried again; what a process takes with it when it dies is lost.
 */

const retryMs = 50

interface Settle {
  readonly claim: Claim
  readonly outcome: PaymentOutcome
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The settles that one process has still to write. */
export class LazySettles {
  readonly #incarnation: Incarnation
  readonly #write: (claim: Claim, outcome: PaymentOutcome) => void
  readonly #waiting: Settle[] = []
  #isScheduled = false

  constructor(incarnation: Incarnation, write: (claim: Claim, outcome: PaymentOutcome) => void) {
    this.#incarnation = incarnation
    this.#write = write
  }

  get length(): number {
    return this.#waiting.length
  }

  /** Resolves when it is written. Rejects at once when it cannot be; it is then tried again all the same. */
  add(claim: Claim, outcome: PaymentOutcome): Promise<void> {
    const { world } = this.#incarnation
    return new Promise((resolve, reject) => {
      this.#waiting.push({ claim, outcome, resolve, reject })
      if (world.faults.lazySettleMs === 0) this.flush()
      else this.#flushAfter(world.dice.between(0, world.faults.lazySettleMs))
    })
  }

  /** Writes what can be written. */
  flush(): void {
    const { world } = this.#incarnation
    const { store, subject, coverage } = world
    if (this.#incarnation.isDead || this.#waiting.length === 0) return
    if (store.isDown) {
      coverage.sometimes('a settle was tried again')
      for (const settle of this.#waiting) settle.reject(new subject.JournalUnavailableError('the journal is down'))
      return this.#flushAfter(retryMs)
    }
    store.enter(this.#incarnation.name)
    for (const { claim, outcome, resolve, reject } of this.#waiting.splice(0)) {
      try {
        this.noting(() => this.#write(claim, outcome))
        resolve()
      } catch (error) {
        reject(error)
      }
    }
  }

  /** Notes that a claim was lost, where that is why it fails. */
  noting<Result>(work: () => Result): Result {
    const { coverage, subject } = this.#incarnation.world
    try {
      return work()
    } catch (error) {
      if (error instanceof subject.JournalConflictError) coverage.sometimes('a claim was lost to another process')
      throw error
    }
  }

  #flushAfter(ms: number): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#incarnation.later(ms, () => {
      this.#isScheduled = false
      this.flush()
    })
  }
}
