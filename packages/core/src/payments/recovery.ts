import type { Cancellation } from '../clock.ts'
import { PaylbError } from '../errors.ts'
import { guarded } from '../observer.ts'
import type { Observers } from '../observer.ts'
import type { Reconciled } from '../balancer-options.ts'
import type { Settings } from '../options.ts'
import type { Pool } from '../servers/pool.ts'
import type { Server } from '../servers/server.ts'
import { JournalError } from './journal-errors.ts'
import type { PaymentRecord, Resolution } from './journal.ts'

/*
 * What becomes of payments whose outcome is not known. A server is asked, once per payment at a time and never while a
 * request with its key is alive; only *succeeded* and *declined* close it. `not-found` proves nothing, since a paused
 * server may still hold the payment, so it is left to a person.
 */

/** What one pass over the unsettled payments came to. */
export interface RecoveryReport {
  /** Payments that nobody was working on. */
  readonly found: number
  readonly succeeded: number
  readonly declined: number
  /** Payments that are still unknown: they stay in the journal, for the next pass or for a person. */
  readonly unknown: number
}

const answers: ReadonlySet<unknown> = new Set<Reconciled>(['succeeded', 'declined', 'not-found', 'unknown'])
/* However long a whole payment may take, one question is shorter. */
const longestQuestionMs = 15_000
const questionsAtOnce = 8

/** Settles what was left unknown. */
export class Recovery {
  readonly #settings: Settings
  readonly #pool: Pool
  readonly #observers: Observers
  readonly #told = new Set<string>()
  #pass: Promise<RecoveryReport> | undefined

  constructor(settings: Settings, pool: Pool, observers: Observers) {
    this.#settings = settings
    this.#pool = pool
    this.#observers = observers
  }

  /**
   * Goes over all unsettled payments once. A second call waits for the first.
   *
   * @param olderThanMs leaves those alone that were written to more recently: their callers may be about to ask again
   * @throws JournalError
   */
  recover(olderThanMs = 0): Promise<RecoveryReport> {
    this.#pass ??= this.#recoverAll(olderThanMs).finally(() => {
      this.#pass = undefined
    })
    return this.#pass
  }

  /** @throws JournalError */
  async unsettled(): Promise<readonly PaymentRecord[]> {
    const records: PaymentRecord[] = []
    for await (const record of this.#settings.journal.unsettled(0)) records.push(record)
    return records
  }

  /** A person decides. @throws PaylbError when nothing under this key waits for a decision; JournalError */
  async resolve(key: string, outcome: Resolution): Promise<void> {
    if (!['succeeded', 'declined', 'not-executed'].includes(outcome)) {
      throw new PaylbError('bad-request', `${outcome} is no decision; expected succeeded, declined or not-executed`)
    }
    if (!(await this.#settings.journal.resolve(key, outcome))) {
      throw new PaylbError(
        'bad-request',
        'nothing to resolve: no payment is recorded under this key, or it is settled already, or a request with it is still running',
      )
    }
    this.concluded(key)
  }

  /** Asks a server what became of a payment. Whatever the hook does, the answer is `unknown` at the latest after `limitMs`. */
  async ask(
    payment: PaymentRecord,
    server: Server,
    limitMs: number,
    signal: Cancellation | undefined,
  ): Promise<Reconciled> {
    const { reconcile, clock } = this.#settings
    if (reconcile === undefined || limitMs <= 0) return 'unknown'
    const ended = new AbortController()
    const stop = (): void => ended.abort()
    signal?.addEventListener('abort', stop, { once: true })
    const asking = guarded(
      () => reconcile(payment, server, ended.signal),
      (error) => this.#hookFailed('reconcile', error),
    )
    const answered = Promise.resolve(asking).then(
      (answer) => this.#checked(answer),
      () => 'unknown' as const,
    )
    const waitMs = Math.min(limitMs, longestQuestionMs)
    const late = clock.sleep(waitMs, ended.signal).then(() => 'late' as const)
    let answer = await Promise.race([answered, late])
    if (answer === 'late') {
      if (signal?.aborted !== true) this.#hookFailed('reconcile', new Error(`it did not answer within ${waitMs} ms`))
      answer = 'unknown'
    }
    stop()
    signal?.removeEventListener('abort', stop)
    return answer
  }

  /** Tells the user once that a payment stayed unknown. */
  leftUnknown(payment: PaymentRecord): void {
    if (this.#settings.onUnknown === undefined || this.#told.has(payment.key)) return
    this.#told.add(payment.key)
    guarded(
      () => this.#settings.onUnknown?.(payment),
      (error) => this.#hookFailed('onUnknown', error),
    )
  }

  /** The payment is in doubt no longer. */
  concluded(key: string): void {
    this.#told.delete(key)
  }

  async #recoverAll(olderThanMs: number): Promise<RecoveryReport> {
    const report = { found: 0, succeeded: 0, declined: 0, unknown: 0 }
    const recover = async (record: PaymentRecord): Promise<void> => {
      const outcome = await this.#recoverOne(record)
      if (outcome === undefined) return
      report.found += 1
      report[outcome] += 1
    }
    const records: PaymentRecord[] = []
    for await (const record of this.#settings.journal.unsettled(olderThanMs)) records.push(record)
    /* Several at a time, so that one server that hangs does not hold up the questions to all others. */
    const next = records.values()
    const worker = async (): Promise<void> => {
      for (const record of next) await recover(record)
    }
    await Promise.all(Array.from({ length: questionsAtOnce }, worker))
    if (report.found > 0) this.#observers.tell('onRecovery', report)
    return report
  }

  #checked(answer: unknown): Reconciled {
    if (answers.has(answer)) return answer as Reconciled
    if (answer !== undefined) {
      this.#hookFailed('reconcile', new TypeError(`it answered something else than ${[...answers].join(', ')}`))
    }
    return 'unknown'
  }

  /* Undefined when somebody else was faster. */
  async #recoverOne(record: PaymentRecord): Promise<'succeeded' | 'declined' | 'unknown' | undefined> {
    const { journal, reconcile } = this.#settings
    if (reconcile === undefined && record.state === 'open') {
      this.leftUnknown(record)
      return 'unknown'
    }
    const taken = await journal.takeOver(record.key, record.epoch)
    if (taken === undefined) return undefined
    const server = this.#serverFor(record)
    const answer = server && (await this.ask(taken.record, server, longestQuestionMs, undefined))
    const outcome = answer === 'succeeded' || answer === 'declined' ? answer : 'unknown'
    try {
      await journal.settle(taken.claim, outcome)
    } catch (error) {
      if (JournalError.isInstance(error) && error.journalProblem === 'conflict') return undefined
      throw error
    }
    if (outcome === 'unknown') this.leftUnknown(taken.record)
    else this.concluded(record.key)
    return outcome
  }

  /* The one it was last sent to, or another that shares its ledger. */
  #serverFor({ servers, ledger }: PaymentRecord): Server | undefined {
    const listed = this.#pool.servers
    const last = listed.find((server) => server.id === servers.at(-1))
    return last ?? listed.find((server) => ledger !== undefined && server.ledger === ledger)
  }

  #hookFailed(name: string, error: unknown): void {
    const message = `${name} failed; the payment stays unknown. This is reported once`
    this.#observers.warn({ code: 'recovery-hook-failed', message, error })
  }
}
