import type { Cancellation } from '@paylb/core'
import { ManualCancellation } from '@paylb/core/doors'
import type { InternalAxiosRequestConfig } from 'axios'

/** The caller of one request, who may cancel it in either of axios' ways. */
export interface Caller {
  /** Aborts when the caller has cancelled. */
  readonly signal: Cancellation
  /** What the caller said when cancelling, if anything. */
  message(): string | undefined
  /** Stops listening. */
  release(): void
}

/** Watches `signal` and `cancelToken` of a call. */
export function watchCaller(config: InternalAxiosRequestConfig): Caller {
  const { signal, cancelToken } = config
  const cancellation = new ManualCancellation()
  const leave = (): void => cancellation.abort(new DOMException('This operation was aborted', 'AbortError'))
  cancelToken?.subscribe(leave)
  if (signal?.aborted === true) leave()
  else signal?.addEventListener?.('abort', leave)
  return {
    signal: cancellation,
    message: () => cancelToken?.reason?.message,
    release: () => {
      cancelToken?.unsubscribe(leave)
      signal?.removeEventListener?.('abort', leave)
    },
  }
}
