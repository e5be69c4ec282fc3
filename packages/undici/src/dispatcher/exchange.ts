import { type Balancer, PaylbError, type Told } from '@paylb/core'
import { HookFailure } from '@paylb/core/doors'
import type { Dispatcher } from 'undici'

import type { TransportAnswer } from '../request.ts'
import type { Transport } from '../transport.ts'
import { admit, type Admitted } from './admit.ts'
import { answerFields } from './answer-fields.ts'
import { Delivery, type DeliveryControl } from './delivery.ts'
import type { ClientSettings } from './options.ts'
import { OutgoingCall } from './outgoing-call.ts'
import { StreamedBody, takeBody } from './request-body.ts'

/*
 * One dispatched request: admit → take the body → run → deliver. To its handler it looks like one request of undici's:
 * it starts once, however many attempts there are, and ends once, with an answer or an error.
 *
 * Who aborts is told at once. An unsafe request that was sent goes on all the same, to its answer's end, because its
 * outcome is wanted; its caller is told that it is unknown.
 */

/** What every exchange of a dispatcher shares. */
export interface ExchangeParts {
  readonly balancer: Balancer
  readonly transport: Transport
  readonly settings: ClientSettings
}

/** One request and what becomes of it. */
export class Exchange implements DeliveryControl {
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: Buffer[] | null = null
  rawTrailers = null
  readonly #options: Dispatcher.DispatchOptions
  readonly #handler: Dispatcher.DispatchHandler
  readonly #parts: ExchangeParts
  readonly #caller = new AbortController()
  #admitted: Admitted | undefined
  #call: OutgoingCall | undefined
  #delivery: Delivery | undefined
  #isOver = false

  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, parts: ExchangeParts) {
    this.#options = options
    this.#handler = handler
    this.#parts = parts
  }

  /** Carries the request. Never rejects; resolves when its answer was handed over as far as it is held, or has failed. */
  async run(): Promise<void> {
    let told: Told = { outcome: 'not-executed', attempts: [] }
    try {
      this.#handler.onRequestStart?.(this, null)
      const answer = await this.#answerTo((now) => (told = now))
      if (this.aborted) return this.#readOn(answer, told)
      if (isSentAgain(answer, told)) return this.#withhold(answer, told)
      this.#delivery = new Delivery(answer, this.#handler, this)
      this.#delivery.start(answerFields(answer, told, this.#request(), this.#parts.settings))
    } catch (error) {
      this.#failed(error)
    }
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.#delivery?.proceed()
  }

  abort(reason?: Error): void {
    if (this.aborted || this.#isOver) return
    this.aborted = true
    this.reason = reason ?? new Error('the request was aborted')
    this.#delivery?.leave()
    this.#caller.abort(this.reason)
    if (this.#delivery !== undefined) this.finished(this.reason)
    else setImmediate(() => this.#leaveOpen()) // by then an attempt that could be withdrawn has ended
  }

  finished(error?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    if (error === undefined) return
    try {
      this.#handler.onResponseError?.(this, error)
    } catch (thrown) {
      warn('the handler of a dispatched request threw', thrown)
    }
  }

  async #answerTo(onTold: (told: Told) => void): Promise<TransportAnswer> {
    const { balancer, transport, settings } = this.#parts
    const { signal } = this.#caller
    const { maxReplayBytes, timeouts } = settings
    this.#admitted = admit(this.#options, settings)
    const limits = { maxReplayBytes, idleMs: timeouts.idleMs, signal }
    const taken = await takeBody(this.#options.body, this.#admitted.bodyLength, limits)
    if (signal.aborted) throw new PaylbError('not-executed', notExecuted, { cause: signal.reason })
    this.#call = new OutgoingCall(this.#admitted, taken, { transport, settings, signal, onTold })
    try {
      return await balancer.run(this.#call)
    } finally {
      if (taken.body instanceof StreamedBody) taken.body.release()
    }
  }

  #request(): Admitted & { readonly origin: string } {
    return { ...(this.#admitted as Admitted), origin: String(this.#options.origin) }
  }

  #withhold(answer: TransportAnswer, { outcome = 'unknown', attempts }: Told): void {
    new Delivery(answer, this.#handler, this).leave()
    this.#failed(new PaylbError('outcome-unknown', misdirected, { outcome, attempts }))
  }

  /* The answer comes to nobody, but what is told of the payment is true. */
  #readOn(answer: TransportAnswer, { outcome = 'unknown', attempts }: Told): void {
    new Delivery(answer, this.#handler, this).leave()
    const code = outcome === 'unknown' ? 'outcome-unknown' : 'answer-lost'
    this.#failed(
      new PaylbError(code, `${outcome}, but the caller left before its answer`, {
        outcome,
        attempts,
        cause: this.reason,
      }),
    )
  }

  /* The caller has left, and what was sent goes on without them. */
  #leaveOpen(): void {
    const open = this.#call?.openAttempt()
    if (open === undefined) return
    const details = { outcome: 'unknown', attempts: [open], cause: this.reason } as const
    this.#failed(new PaylbError('outcome-unknown', leftOpen, details))
  }

  #failed(error: unknown): void {
    this.finished(PaylbError.isInstance(error) ? this.#withKey(error) : this.#withKey(unexpected(error, this.#call)))
  }

  /* A key that was made here is what its caller asks about an unknown payment by. */
  #withKey(error: PaylbError): PaylbError {
    const { key, isGenerated } = this.#admitted ?? {}
    return isGenerated === true ? Object.assign(error, { key }) : error
  }
}

/*
 * fetch sends a request again by itself when its answer is a 421, and cannot be told not to. That is as it should be
 * where nothing was executed. But where an earlier attempt is open, the next request may carry another generated key.
 */
function isSentAgain({ status }: TransportAnswer, { outcome }: Told): boolean {
  return status === 421 && outcome !== 'not-executed'
}

const misdirected = 'outcome unknown: an attempt may have been executed, and the last server answered 421'
const notExecuted = 'not executed: the caller left before anything was sent'
const leftOpen = 'outcome unknown: the caller left after the request was sent; it may be executed'

function unexpected(error: unknown, call: OutgoingCall | undefined): PaylbError {
  const isProblemOfHook = error instanceof HookFailure
  const message = isProblemOfHook ? `not executed: ${error.message}` : 'the request could not be handled'
  const outcome = call === undefined ? 'not-executed' : 'unknown'
  return new PaylbError('internal', message, { outcome, cause: error })
}

function warn(message: string, error: unknown): void {
  process.emitWarning(`${message}: ${error instanceof Error ? error.message : String(error)}`, 'PaylbWarning')
}
