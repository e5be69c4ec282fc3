import type { BodyEnding } from '@paylb/core'

import type { AnswerHead } from './answer-head.ts'
import type { AnswerReader, AnswerSink, TransportAnswer } from './request.ts'

/** The connection's side of a streamed body. */
export interface BodyFlow {
  pause(): void
  resume(): void
  abandon(): void
}

/*
 * The body of an answer that is too long, or not meant, to be held whole. Chunks flow from the connection to the sink;
 * while nobody reads, or the sink asked to wait, the connection is paused and what it still delivers waits here. That
 * is bounded by what one socket buffers: undici empties it even while paused when the server closes the connection.
 */
export class StreamedAnswer implements TransportAnswer, AnswerReader {
  readonly status: number
  readonly statusMessage: string
  readonly rawHeaders: readonly string[]
  readonly body = undefined
  /** How the body ended. Resolves when its last byte has come in, even if the sink has yet to take it. */
  readonly ended: Promise<BodyEnding>
  readonly #flow: BodyFlow
  readonly #resolveEnded: (ending: BodyEnding) => void
  #waiting: Buffer[]
  #ending: BodyEnding | undefined
  #isCut = false
  #cutBy: unknown
  #sink: AnswerSink | undefined
  #isPaused = true
  #isAbandoned = false

  /** @param held what came before it was decided to stream; it flows first */
  constructor(head: AnswerHead, held: Buffer[], flow: BodyFlow) {
    this.status = head.status
    this.statusMessage = head.statusMessage
    this.rawHeaders = head.rawHeaders
    this.#waiting = held
    this.#flow = flow
    const { promise, resolve } = Promise.withResolvers<BodyEnding>()
    this.ended = promise
    this.#resolveEnded = resolve
    flow.pause()
  }

  /** Lets the body flow into `sink`, beginning at once. */
  stream(sink: AnswerSink): AnswerReader {
    if (this.#sink !== undefined) throw new Error('this body is being read already')
    this.#sink = sink
    if (this.#isCut) this.#tellCut()
    else this.resume()
    return this
  }

  resume(): void {
    if (!this.#isPaused || this.#sink === undefined || this.#isAbandoned || this.#isCut) return
    this.#isPaused = false
    this.#drain(this.#sink)
    if (this.#isPaused) return
    if (this.#ending === 'complete') this.#tellEnd()
    else if (this.#ending === undefined) this.#flow.resume()
  }

  /** Gives the body up, whether or not somebody reads it. */
  abandon(): void {
    this.#waiting = []
    this.#isAbandoned = true
    if (this.#ending !== undefined) return
    this.#settle('abandoned')
    this.#flow.abandon()
  }

  /** The connection delivered a chunk. */
  push(chunk: Buffer): void {
    if (this.#ending !== undefined) return
    if (this.#isPaused || this.#sink === undefined) {
      this.#waiting.push(chunk)
    } else if (!this.#give(this.#sink, chunk)) {
      this.#isPaused = true
      this.#flow.pause()
    }
  }

  /** The connection delivered the end. */
  complete(): void {
    if (this.#ending !== undefined) return
    this.#settle('complete')
    if (!this.#isPaused) this.#tellEnd()
  }

  /**
   * The body came to no proper end. What waits is dropped: the answer is broken in any case.
   *
   * @param ending whose doing it was: the server's or the network's (`cut`), or the caller's (`abandoned`)
   */
  cut(error: unknown, ending: 'cut' | 'abandoned' = 'cut'): void {
    if (this.#ending !== undefined) return
    this.#waiting = []
    this.#isCut = true
    this.#cutBy = error
    this.#settle(ending)
    this.#tellCut()
  }

  #drain(sink: AnswerSink): void {
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      if (this.#give(sink, chunk)) continue
      this.#isPaused = true
      return
    }
  }

  /* A sink that throws has lost its reader. */
  #give(sink: AnswerSink, chunk: Buffer): boolean {
    try {
      return sink.data(chunk)
    } catch {
      this.abandon()
      return false
    }
  }

  #tellEnd(): void {
    try {
      this.#sink?.end()
    } catch {
      // The whole answer was delivered; there is nothing left to give up.
    }
  }

  #tellCut(): void {
    try {
      this.#sink?.cut(this.#cutBy)
    } catch {
      // The connection is closed already; there is nothing left to give up.
    }
  }

  #settle(ending: BodyEnding): void {
    this.#ending = ending
    this.#resolveEnded(ending)
  }
}
