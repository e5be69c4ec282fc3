import { fields } from '@paylb/core/doors'

import { Buffer } from 'node:buffer'

import type { Dispatcher } from 'undici'

import type { AnswerReader, AnswerSink, TransportAnswer } from '../request.ts'

/* Hands an answer to a handler as undici would, step by step: whoever pauses gets nothing until they resume. */

/** The side that the handler steers. */
export interface DeliveryControl extends Dispatcher.DispatchController {
  /** The answer has come to its end, whole (no error) or not. */
  finished(error?: Error): void
}

/** One answer on its way to its handler. */
export class Delivery implements AnswerSink {
  readonly #answer: TransportAnswer
  readonly #handler: Dispatcher.DispatchHandler
  readonly #control: DeliveryControl
  #step: 'head' | 'body' | 'rest' | 'end' = 'head'
  #reader: AnswerReader | undefined
  #hasLeft = false

  constructor(answer: TransportAnswer, handler: Dispatcher.DispatchHandler, control: DeliveryControl) {
    this.#answer = answer
    this.#handler = handler
    this.#control = control
  }

  /** Begins with the head. @param flat its fields, as they are to be told */
  start(flat: readonly string[]): void {
    this.#control.rawHeaders = flat.map((text) => Buffer.from(text, 'latin1'))
    this.#tell(() => {
      this.#handler.onResponseStarted?.()
      this.#handler.onResponseStart?.(this.#control, this.#answer.status, named(flat), this.#answer.statusMessage)
    })
    this.#step = 'body'
    this.proceed()
  }

  /** Goes on where it is, unless the handler has paused. */
  proceed(): void {
    if (this.#hasLeft || this.#control.paused || this.#step === 'head') return
    const isFirst = this.#step === 'body'
    if (isFirst) this.#step = 'rest'
    if (this.#answer.stream === undefined) this.#giveWhole(isFirst)
    else if (isFirst) this.#reader = this.#answer.stream(this)
    else this.#reader?.resume()
  }

  /** Nobody listens any more. What is to be read to its end all the same goes nowhere. */
  leave(): void {
    this.#hasLeft = true
    const isFirst = this.#step === 'head' || this.#step === 'body'
    this.#step = 'rest'
    if (isFirst) this.#answer.stream?.(this)
    else this.#reader?.resume()
  }

  data(chunk: Buffer): boolean {
    this.#tell(() => this.#handler.onResponseData?.(this.#control, chunk))
    return this.#hasLeft || !this.#control.paused
  }

  end(): void {
    if (this.#step === 'end') return
    this.#step = 'end'
    this.#tell(() => this.#handler.onResponseEnd?.(this.#control, {}))
    if (!this.#hasLeft) this.#control.finished()
  }

  cut(error: unknown): void {
    if (!this.#hasLeft) this.#control.finished(new Error('the answer broke off', { cause: error }))
  }

  #giveWhole(isFirst: boolean): void {
    const { body } = this.#answer
    const mayGoOn = !isFirst || body === undefined || body.length === 0 || this.data(body)
    if (mayGoOn) this.end()
  }

  /* A handler that throws has had enough. */
  #tell(step: () => void): void {
    if (this.#hasLeft) return
    try {
      step()
    } catch (error) {
      this.#control.abort(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

/* By name in lower case, as undici hands headers over: a text, or an array where there are several. */
function named(flat: readonly string[]): Record<string, string | string[]> {
  const all = new Map<string, string | string[]>()
  for (const [name, value] of fields(flat)) {
    const field = name.toLowerCase()
    const known = all.get(field)
    if (known === undefined) all.set(field, value)
    else if (Array.isArray(known)) known.push(value)
    else all.set(field, [known, value])
  }
  return Object.fromEntries(all)
}
