import type { JournalWrite, PaymentRecord } from '@paylb/core'
import type { World } from '../world.ts'
import { Owners } from './owners.ts'

/*
 * What outlives every process: the records, the last epoch, and who counts as alive. It watches over what must hold
 * whatever the rules of a journal decide: nobody takes a payment from a process that is alive.
 */

/** The durable part of the journal that all processes share. */
export class JournalStore {
  readonly #world: World
  readonly #records = new Map<string, PaymentRecord>()
  readonly #owners = new Owners()
  isDown = false
  /** How long a call may take at the most, each way. */
  slowMs = 0
  #epoch = 0

  constructor(world: World) {
    this.#world = world
  }

  get owners(): Owners {
    return this.#owners
  }

  /** Whoever writes counts as alive. */
  enter(owner: string): void {
    if (!this.#owners.enter(owner)) return
    this.#world.coverage.sometimes('a process was taken for dead and came back')
  }

  find(key: string): PaymentRecord | undefined {
    return this.#records.get(key)
  }

  records(): Iterable<PaymentRecord> {
    return this.#records.values()
  }

  get isFull(): boolean {
    return this.#records.size >= this.#world.scenario.journalMaxEntries
  }

  nextEpoch(): number {
    this.#epoch += 1
    return this.#epoch
  }

  /** Writes what a rule has decided. `by` is who asked for it. */
  write(found: PaymentRecord | undefined, key: string, write: JournalWrite, by: string): void {
    if (write === undefined) return
    const isClaim = write !== 'forget' && write.epoch !== found?.epoch
    if (isClaim && found?.state === 'in-flight') this.#checkTakeOver(found, by)
    if (write === 'forget') this.forget(found)
    else this.#records.set(key, write)
  }

  /** Forgets a record. What it knew of a success is then known to nobody, and no later answer can speak of it. */
  forget(found: PaymentRecord | undefined): void {
    if (found === undefined) return
    this.#records.delete(found.key)
    const payment = this.#world.payments.get(found.fingerprint ?? '')
    if (payment !== undefined && payment.executions > 0) payment.forgottenUpToClaim = payment.claims
  }

  /** Loses what only pins keys: a journal that is not durable after all. */
  forgetPins(): void {
    for (const { key, state } of this.#records.values()) if (state !== 'in-flight') this.#records.delete(key)
  }

  #checkTakeOver(found: PaymentRecord, by: string): void {
    if (found.owner !== by && !this.#owners.isAlive(found.owner)) return
    const payment = this.#world.payments.get(found.fingerprint ?? '')
    this.#world.violate(payment, `${by} took it over while ${found.owner}, which is alive, was at it`)
  }
}
