import type { Buffer } from 'node:buffer'

import { AnswerHead } from './answer-head.ts'
import { StreamedReport, WholeReport } from './report.ts'
import type { TransportRequest } from './request.ts'
import { type BodyFlow, StreamedAnswer } from './streamed-answer.ts'

/*
 * Whole or streamed? A cut answer leaves a payment unknown even if its status said 200. So the answer to an unsafe
 * request is held until it is whole, as far as the buffer goes; so are errors, which decide about another attempt, and
 * whatever is declared to be short, because one write is cheaper than a stream. The rest flows as it comes.
 */

/** More interim answers than this are an attack or a fault. */
const maxInterimAnswers = 16

/** The answer of one attempt, while it comes in. */
export class IncomingAnswer {
  /** Undefined until the final head has come. */
  head: AnswerHead | undefined
  readonly #request: TransportRequest
  readonly #maxHeldBytes: number
  readonly #flow: BodyFlow
  #interimAnswers = 0
  #held: Buffer[] = []
  #heldBytes = 0
  #streamed: StreamedAnswer | undefined

  constructor(request: TransportRequest, maxHeldBytes: number, flow: BodyFlow) {
    this.#request = request
    this.#maxHeldBytes = maxHeldBytes
    this.#flow = flow
  }

  /** Counts a 1xx. False when there are too many. */
  allowsInterim(): boolean {
    this.#interimAnswers += 1
    return this.#interimAnswers <= maxInterimAnswers
  }

  /** Takes the final head. Returns the report of an answer that is streamed from here on. */
  begin(status: number, statusMessage: string, raw: readonly Buffer[]): StreamedReport | undefined {
    const head = new AnswerHead(this.#request.method, status, statusMessage, raw)
    this.head = head
    return this.#isToBeHeld(head) ? undefined : this.#startStreaming(head)
  }

  /** Takes a chunk of the body. Returns the report of an answer that is streamed from here on. */
  take(chunk: Buffer): StreamedReport | undefined {
    if (this.#streamed !== undefined) {
      this.#streamed.push(chunk)
      return undefined
    }
    this.#held.push(chunk)
    this.#heldBytes += chunk.byteLength
    if (this.head === undefined || this.#heldBytes <= this.#maxHeldBytes) return undefined
    return this.#startStreaming(this.head)
  }

  /** Whether the end of the body proves that the answer is whole, as it must for an unsafe request. */
  isProvablyWhole(): boolean {
    return !this.#request.unsafe || this.head?.framing !== 'close'
  }

  /** The body has ended. Returns the report of an answer that was held. */
  complete(): WholeReport | undefined {
    this.#streamed?.complete()
    if (this.#streamed !== undefined || this.head === undefined) return undefined
    return new WholeReport(this.head, this.#held)
  }

  /** The body broke off. True when that was told to whoever reads the stream. */
  cut(error: unknown, ending: 'cut' | 'abandoned'): boolean {
    this.#held = []
    this.#streamed?.cut(error, ending)
    return this.#streamed !== undefined
  }

  #isToBeHeld({ status, bodyLength, framing }: AnswerHead): boolean {
    if (framing === 'foreign') return true // nothing of it is passed on
    if (bodyLength !== undefined) return bodyLength <= this.#maxHeldBytes
    return this.#request.unsafe || status >= 400
  }

  #startStreaming(head: AnswerHead): StreamedReport {
    this.#streamed = new StreamedAnswer(head, this.#held, this.#flow)
    return new StreamedReport(head, this.#streamed)
  }
}
