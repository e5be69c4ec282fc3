import type { Cancellation } from './clock.ts'

type Listener = Parameters<Cancellation['addEventListener']>[1]

/**
 * A cancellation by hand. An AbortSignal as far as anybody looks: Node's own costs as much as picking a server, on every
 * request, and is needed on hardly any.
 */
export class ManualCancellation implements Cancellation {
  aborted = false
  reason: unknown
  #listeners: Listener[] = []

  /** Cancels, once. */
  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    const place = this.#listeners.indexOf(listener)
    if (place !== -1) this.#listeners.splice(place, 1)
  }
}
