import type { Cancellation } from '../clock.ts'
import { NoServerAvailableError, PaylbError } from '../errors.ts'
import type { Settings } from '../options.ts'
import { isRetry } from './eligibility.ts'
import type { Lease, PickRequest } from './lease.ts'

/*
 * Where requests wait while every server has as much as it may have: first in, first out, never more than `max`, and
 * never longer than `timeoutMs`. What is refused here was not sent.
 */

/* A reason of our own: the one that would be made otherwise is an error with a stack. */
const waitEnded = 'the wait has ended'

/** Who can be asked for a server; it throws when there is none. */
export interface Asked {
  pick(request: PickRequest): Lease
  /** Milliseconds until a server may be there that is not now, without anybody leaving; Infinity when none is to come. */
  nextChangeMs(): number
}

/** For how long a request can wait. */
export interface Patience {
  remainingMs(): number
  /** Aborts when nobody waits any more. */
  readonly signal: Cancellation | undefined
}

interface Waiting {
  readonly request: PickRequest
  settle(lease: Lease | undefined, error?: unknown): void
}

/** A bounded queue in front of a picker. */
export class PickQueue {
  readonly #asked: Asked
  readonly #settings: Settings
  readonly #waiting = new Set<Waiting>()
  #isWaking = false
  #alarm: AbortController | undefined

  constructor(asked: Asked, settings: Settings) {
    this.#asked = asked
    this.#settings = settings
  }

  get length(): number {
    return this.#waiting.size
  }

  /**
   * Picks a server, and waits for one that has room where that is allowed.
   *
   * @throws as `pick` does; PaylbError `overloaded` when the queue is full or the wait was too long
   */
  pick(request: PickRequest, patience: Patience): Lease | Promise<Lease> {
    const { queue } = this.#settings
    if (queue.max === 0) return this.#asked.pick(request)
    if (this.#hasQueue()) return this.#wait(request, patience)
    try {
      return this.#asked.pick(request)
    } catch (error) {
      if (!isForWantOfRoom(error)) throw error
      return this.#wait(request, patience)
    }
  }

  /** Somebody left, or the servers changed: whoever waits first is served first. */
  wake(): void {
    if (this.#isWaking || this.#waiting.size === 0) return
    this.#isWaking = true
    for (const one of this.#waiting) if (!this.#serve(one) && !isRetry(one.request)) break
    this.#isWaking = false
    void this.#setAlarm()
  }

  /* An ejection that ends, or a server that may be asked again, frees a place without anybody leaving. */
  async #setAlarm(): Promise<void> {
    this.#alarm?.abort(waitEnded)
    this.#alarm = undefined
    if (this.#waiting.size === 0) return
    const alarm = new AbortController()
    this.#alarm = alarm
    const waitMs = this.#asked.nextChangeMs()
    if (waitMs === Infinity) return
    await this.#settings.clock.sleep(waitMs, alarm.signal)
    if (!alarm.signal.aborted) this.wake()
  }

  /* A retry may go to few servers only; what it waits for must not hold up everybody else. */
  #hasQueue(): boolean {
    for (const { request } of this.#waiting) if (!isRetry(request)) return true
    return false
  }

  #serve(first: Waiting): boolean {
    try {
      first.settle(this.#asked.pick(first.request))
    } catch (error) {
      if (isForWantOfRoom(error)) return false
      first.settle(undefined, error)
    }
    return true
  }

  async #wait(request: PickRequest, patience: Patience): Promise<Lease> {
    const { queue } = this.#settings
    const { signal } = patience
    const limitMs = patience.remainingMs()
    if (this.#waiting.size >= queue.max) throw overloaded(`${queue.max} requests wait already, which is queue.max`)
    const ended = new AbortController()
    const { promise, resolve, reject } = Promise.withResolvers<Lease>()
    const waiting: Waiting = {
      request,
      settle: (lease, error) => {
        if (!this.#waiting.delete(waiting)) return lease?.release()
        if (lease === undefined) reject(error)
        else resolve(lease)
        ended.abort(waitEnded)
        if (this.#waiting.size === 0) this.#alarm?.abort(waitEnded)
      },
    }
    const leave = (): void => waiting.settle(undefined, callerGone())
    signal?.addEventListener('abort', leave, { once: true })
    this.#waiting.add(waiting)
    void this.#setAlarm()
    void this.#giveUpAfter(Math.min(queue.timeoutMs, limitMs), waiting, ended.signal)
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  async #giveUpAfter(waitMs: number, waiting: Waiting, ended: AbortSignal): Promise<void> {
    await this.#settings.clock.sleep(waitMs, ended)
    if (this.#waiting.has(waiting)) waiting.settle(undefined, overloaded(`no server had room within ${waitMs} ms`))
  }
}

function callerGone(): PaylbError {
  return new PaylbError('not-executed', 'not executed: the caller went away while it waited for a server')
}

function overloaded(message: string): PaylbError {
  return new PaylbError('overloaded', message, { retryAfterMs: 1_000 })
}

/* Only these are cured by waiting for a request to end. */
function isForWantOfRoom(error: unknown): boolean {
  if (error instanceof NoServerAvailableError) return error.isFull
  return PaylbError.isInstance(error) && error.code === 'overloaded'
}
