import type { Cancellation } from '@paylb/core'
import { ManualCancellation } from '@paylb/core/doors'
import type { InternalAxiosRequestConfig } from 'axios'

/** The caller of one request, who may cancel it in either of axios' ways: with `signal` or `cancelToken`. */
export class Caller {
  readonly #signal: InternalAxiosRequestConfig['signal'] | undefined
  readonly #cancelToken: InternalAxiosRequestConfig['cancelToken'] | undefined
  readonly #cancellation = new ManualCancellation()
  readonly #leave = (): void => this.#cancellation.abort(new DOMException('This operation was aborted', 'AbortError'))

  constructor({ signal, cancelToken }: InternalAxiosRequestConfig) {
    this.#signal = signal
    this.#cancelToken = cancelToken
    cancelToken?.subscribe(this.#leave)
    if (signal?.aborted === true) this.#leave()
    else signal?.addEventListener?.('abort', this.#leave)
  }

  /** Aborts when the caller has cancelled. */
  get signal(): Cancellation {
    return this.#cancellation
  }

  /** What the caller said when cancelling, if anything. */
  get message(): string | undefined {
    return this.#cancelToken?.reason?.message
  }

  /** Stops listening. */
  release(): void {
    this.#cancelToken?.unsubscribe(this.#leave)
    this.#signal?.removeEventListener?.('abort', this.#leave)
  }
}
