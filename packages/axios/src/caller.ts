import type { InternalAxiosRequestConfig } from 'axios'

/** The caller of one request, who may cancel it in either of axios' ways. */
export interface Caller {
  /** Aborts when the caller has cancelled. */
  readonly signal: AbortSignal
  /** What the caller said when cancelling, if anything. */
  message(): string | undefined
  /** Stops listening. */
  release(): void
}

/** Watches `signal` and `cancelToken` of a call. */
export function watchCaller(config: InternalAxiosRequestConfig): Caller {
  const { signal, cancelToken } = config
  const controller = new AbortController()
  const leave = (): void => controller.abort()
  cancelToken?.subscribe(leave)
  if (signal?.aborted === true) leave()
  else signal?.addEventListener?.('abort', leave)
  return {
    signal: controller.signal,
    message: () => cancelToken?.reason?.message,
    release: () => {
      cancelToken?.unsubscribe(leave)
      signal?.removeEventListener?.('abort', leave)
    },
  }
}
