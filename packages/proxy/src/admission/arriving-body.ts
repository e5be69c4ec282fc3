import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

/*
 * The body of a request while it comes in. Who waits for its next chunk listens from then on to the end, with one timer:
 * to come and go with every chunk costs more than to read it.
 */

const changes = ['readable', 'end', 'close', 'error'] as const

/** Chunks of a body, one after the other. To be released by whoever reads it, however that ends. */
export class ArrivingBody {
  readonly #request: IncomingMessage
  readonly #idleMs: number
  #timer: NodeJS.Timeout | undefined
  #isLate = false
  #wake: (() => void) | undefined
  /* Undefined while nobody listens. */
  #changed: (() => void) | undefined

  /** @param idleMs how long to wait for a chunk */
  constructor(request: IncomingMessage, idleMs: number) {
    this.#request = request
    this.#idleMs = idleMs
  }

  /**
   * The next chunk, or undefined at the end; at once where it lies here.
   *
   * @throws (or rejects) Refusal 408 when the caller is too slow, 400 when the caller goes away
   */
  next(): Buffer | undefined | Promise<Buffer | undefined> {
    const chunk = this.#read()
    if (chunk !== undefined) return chunk
    return this.#isOver() ? undefined : this.#wait()
  }

  /** Listens no longer. */
  release(): void {
    if (this.#changed === undefined) return
    clearTimeout(this.#timer)
    for (const event of changes) this.#request.off(event, this.#changed)
  }

  async #wait(): Promise<Buffer | undefined> {
    this.#startTimer()
    for (;;) {
      if (this.#request.destroyed) {
        throw new Refusal(400, 'the caller went away before the whole request had arrived')
      }
      if (this.#isLate) throw new Refusal(408, `the request's body paused for more than ${this.#idleMs} ms`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      const chunk = this.#read()
      if (chunk !== undefined) return chunk
      if (this.#isOver()) return undefined
    }
  }

  #startTimer(): void {
    this.#isLate = false
    if (this.#timer !== undefined) return void this.#timer.refresh()
    const changed = (): void => this.#wake?.()
    for (const event of changes) this.#request.on(event, changed)
    this.#changed = changed
    this.#timer = setTimeout(() => {
      this.#isLate = true
      changed()
    }, this.#idleMs)
  }

  #read(): Buffer | undefined {
    return (this.#request.read() as Buffer | null) ?? undefined
  }

  /* Whether the whole body has come, and was read. */
  #isOver(): boolean {
    const { complete, readableLength, readableEnded } = this.#request
    return readableEnded || (complete && readableLength === 0)
  }
}
