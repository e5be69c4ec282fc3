import type { Cancellation } from '@paylb/core'

type Listener = Parameters<Cancellation['addEventListener']>[1]

/**
 * Whoever waits for an answer. An AbortSignal as far as anybody looks: Node's own costs as much as picking a server, on
 * every request, and is needed on hardly any.
 */
export class Caller implements Cancellation {
  aborted = false
  reason: unknown
  #listeners: Listener[] = []

  /** The connection has closed before the answer was complete. */
  leaves(): void {
    this.aborted = true
    this.reason = new Error('the caller went away')
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener)
  }
}
