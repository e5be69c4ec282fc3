import type { Exchange } from '../network/exchange.ts'
import type { ServerAnswer } from '../network/answer.ts'
import type { Scenario } from '../scenario.ts'
import type { Timeline } from '../timeline.ts'

/*
 * What servers know of keys. An entry is made when a server begins to work on a request, in the same moment in which it
 * looks for one, so that of two requests with one key only one is ever worked on.
 */

interface Entry {
  readonly fingerprint: string
  readonly sinceMs: number
  /** Who works on it. */
  worker: Exchange | undefined
  answer: ServerAnswer | undefined
}

/** What a ledger says to a request that begins. */
export type Recognised =
  | { readonly state: 'new' | 'running' | 'other-request' }
  | { readonly state: 'answered'; readonly answer: ServerAnswer }

/** The ledger of some servers. */
export class ModelledLedger {
  readonly name: string
  readonly #scenario: Scenario
  readonly #timeline: Timeline
  readonly #entries = new Map<string, Entry>()
  /** While its key store is down, a ledger that fails open neither looks for keys nor writes them. */
  isStoreDown = false

  constructor(name: string, scenario: Scenario, timeline: Timeline) {
    this.name = name
    this.#scenario = scenario
    this.#timeline = timeline
  }

  get #isBlind(): boolean {
    return this.isStoreDown || this.#scenario.kind === 'none'
  }

  begin(exchange: Exchange): Recognised {
    const { key, payment } = exchange
    if (key === undefined || payment.isSafe || this.#isBlind) return { state: 'new' }
    const entry = this.#find(key)
    if (entry === undefined) {
      const sinceMs = this.#timeline.nowMs
      this.#entries.set(key, { fingerprint: payment.fingerprint, sinceMs, worker: exchange, answer: undefined })
      return { state: 'new' }
    }
    if (entry.fingerprint !== payment.fingerprint) return { state: 'other-request' }
    if (entry.answer !== undefined) return { state: 'answered', answer: { ...entry.answer, isReplay: true } }
    return { state: 'running' }
  }

  /** Stores how a request ended, if this ledger keeps such answers. */
  conclude(exchange: Exchange, answer: ServerAnswer): void {
    const entry = this.#workedOnBy(exchange)
    if (entry === undefined) return
    entry.worker = undefined
    if (this.#scenario.kind === 'successes' && answer.status >= 300) this.#entries.delete(exchange.key ?? '')
    else entry.answer = answer
  }

  /** The server of this request died: somebody else may begin it. */
  release(exchange: Exchange): void {
    if (this.#workedOnBy(exchange) !== undefined) this.#entries.delete(exchange.key ?? '')
  }

  /** Replaces an answer that was provisional. */
  amend(exchange: Exchange, answer: ServerAnswer): void {
    const entry = exchange.key === undefined ? undefined : this.#entries.get(exchange.key)
    if (entry?.fingerprint === exchange.payment.fingerprint) entry.answer = answer
  }

  /** Whether it is written that this payment was declined, so that it never will be executed. */
  hasDeclined(key: string, fingerprint: string): boolean {
    const entry = this.#entries.get(key)
    const isFinal = this.#scenario.kind !== 'failing-open'
    return isFinal && entry?.fingerprint === fingerprint && entry.answer?.status === 402
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    const isForgotten = entry?.answer !== undefined && this.#timeline.nowMs - entry.sinceMs > this.#scenario.remembersMs
    if (isForgotten) this.#entries.delete(key)
    return isForgotten ? undefined : entry
  }

  #workedOnBy(exchange: Exchange): Entry | undefined {
    if (exchange.key === undefined) return undefined
    const entry = this.#entries.get(exchange.key)
    return entry?.worker === exchange ? entry : undefined
  }
}
