import { Buffer } from 'node:buffer'

import type { AnsweredAttempt, BodyEnding } from '@paylb/core'
import type { Headers } from 'undici'

import type { AnswerHead } from './answer-head.ts'
import type { TransportAnswer } from './request.ts'
import type { StreamedAnswer } from './streamed-answer.ts'

/** An answer that is here as a whole. */
export class WholeReport implements AnsweredAttempt<TransportAnswer> {
  readonly evidence = 'answered'
  readonly status: number
  readonly body: Buffer
  readonly answer: TransportAnswer
  readonly #head: AnswerHead

  constructor(head: AnswerHead, chunks: readonly Buffer[]) {
    const { status, statusMessage, rawHeaders } = head
    const [first] = chunks
    this.status = status
    this.body = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)
    this.answer = { status, statusMessage, rawHeaders, body: this.body }
    this.#head = head
  }

  get headers(): Headers {
    return this.#head.toHeaders()
  }
}

/** An answer whose body is still on its way. */
export class StreamedReport implements AnsweredAttempt<TransportAnswer> {
  readonly evidence = 'answered'
  readonly status: number
  readonly answer: StreamedAnswer
  readonly ended: Promise<BodyEnding>
  readonly #head: AnswerHead

  constructor(head: AnswerHead, answer: StreamedAnswer) {
    this.status = head.status
    this.answer = answer
    this.ended = answer.ended
    this.#head = head
  }

  get headers(): Headers {
    return this.#head.toHeaders()
  }

  discard(): void {
    this.answer.abandon()
  }
}
