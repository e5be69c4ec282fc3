import type { Observers } from '../observer.ts'
import { guarded } from '../observer.ts'
import type { Call } from './call.ts'
import type { Remaining } from './decide.ts'
import type { Progress } from './progress.ts'
import type { RunParts } from './run.ts'

/** What is left of a payment for another attempt: each part is looked at when somebody asks, for most payments need none. */
export class Left implements Remaining {
  readonly #call: Call<unknown>
  readonly #parts: RunParts
  readonly #progress: Progress<unknown>

  constructor(call: Call<unknown>, parts: RunParts, progress: Progress<unknown>) {
    this.#call = call
    this.#parts = parts
    this.#progress = progress
  }

  get attempts(): number {
    const { attempts, waits } = this.#progress
    return this.#parts.settings.maxAttempts - (attempts.length - waits)
  }

  get timeMs(): number {
    return this.#progress.remainingMs()
  }

  get replayable(): boolean {
    return callHook('replayable', () => this.#call.replayable?.() ?? true, this.#parts) === true
  }

  get callerWaits(): boolean {
    return this.#call.signal?.aborted !== true
  }

  get open(): boolean {
    return this.#progress.protection.isOpen
  }
}

/** Calls a hook of a call, which must not break the payment. @returns undefined when it threw */
export function callHook<Returned>(
  name: string,
  call: () => Returned,
  { observers }: { readonly observers: Observers },
): Returned | undefined {
  return guarded(call, (error) => {
    const message = `${name} of a call threw; the payment went on. This is reported once`
    observers.warn({ code: 'caller-hook-threw', message, error })
  })
}
