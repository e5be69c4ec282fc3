import { PaylbError } from '@paylb/core'

/*
 * Where the bytes of a body come from. It is never waited for without end, and a source that stops because its caller
 * has left is never taken for one that has ended: fetch ends its iterable quietly when it is aborted, and half a
 * payment would look like a whole one.
 */

/** Reads chunks from an iterable. */
export class BodySource {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>
  readonly #idleMs: number
  readonly #signal: AbortSignal
  #isReleased = false

  constructor(stream: object, { idleMs, signal }: { readonly idleMs: number; readonly signal: AbortSignal }) {
    this.#iterator = iteratorOf(stream)
    this.#idleMs = idleMs
    this.#signal = signal
  }

  /** The next chunk, or undefined at the end. @throws PaylbError when none will come */
  async next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#withinTime(this.#iterator.next())
      if (this.#signal.aborted) throw left(this.#signal.reason)
      return done === true ? undefined : bytesOf(value)
    } catch (error) {
      this.release()
      if (PaylbError.isInstance(error)) throw error
      throw new PaylbError('bad-request', 'the source of the body failed before its end', { cause: error })
    }
  }

  /** Nothing more is wanted of it. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    try {
      Promise.resolve(this.#iterator.return?.()).catch(() => {}) // it is done for, whatever it says to that
    } catch {
      // a source that cannot be let go of has ended by itself
    }
  }

  #withinTime(
    next: IteratorResult<unknown> | Promise<IteratorResult<unknown>>,
  ): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    if (!('then' in next)) return next
    return new Promise((resolve, reject) => {
      const giveUp = (): void => end(() => reject(left(this.#signal.reason)))
      const timer = setTimeout(() => end(() => reject(paused(this.#idleMs))), this.#idleMs)
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        this.#signal.removeEventListener('abort', giveUp)
        settle()
      }
      this.#signal.addEventListener('abort', giveUp)
      if (this.#signal.aborted) giveUp()
      next.then(
        (result) => end(() => resolve(result)),
        (error: unknown) => end(() => reject(error)),
      )
    })
  }
}

function iteratorOf(stream: object): AsyncIterator<unknown> | Iterator<unknown> {
  if (Symbol.asyncIterator in stream) return (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  return (stream as Iterable<unknown>)[Symbol.iterator]()
}

function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (chunk instanceof ArrayBuffer) return Buffer.from(chunk)
  throw new PaylbError('bad-request', 'the chunks of a body must be bytes or text')
}

function left(cause: unknown): PaylbError {
  return new PaylbError('not-executed', 'not executed: the caller left before the whole request was there', { cause })
}

function paused(idleMs: number): PaylbError {
  const message = `not executed: the source of the body paused for more than ${idleMs} ms`
  return new PaylbError('bad-request', message, { timedOut: true })
}
