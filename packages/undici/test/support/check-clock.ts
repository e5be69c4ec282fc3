import type { HealthCheckerOptions } from '../../src/index.ts'

interface Sleeper {
  readonly wakesAtMs: number
  readonly wake: () => void
}

/** Time for a checker that only moves when a test says so; what the checks do meanwhile is real. */
export class CheckClock implements NonNullable<HealthCheckerOptions['clock']> {
  /** How long each sleep was to be. */
  readonly sleeps: number[] = []
  #nowMs = 0
  readonly #sleepers = new Set<Sleeper>()
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms)
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper)
        resolve()
      }
      const sleeper = { wakesAtMs: this.#nowMs + ms, wake }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', wake, { once: true })
      this.#tell()
    })
  }

  get asleep(): number {
    return this.#sleepers.size
  }

  /** Resolves when `count` checks wait for their turn. */
  async untilAsleep(count: number): Promise<void> {
    if (this.asleep === count) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ count, resolve })
    await promise
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const sleeper of this.#sleepers) if (sleeper.wakesAtMs <= this.#nowMs) sleeper.wake()
  }

  /** Lets every check that waits have its turn once; resolves when all wait again. */
  async round(): Promise<void> {
    const { asleep } = this
    this.advance(Math.max(...[...this.#sleepers].map((sleeper) => sleeper.wakesAtMs)) - this.#nowMs)
    await this.untilAsleep(asleep)
  }

  #tell(): void {
    const reached = this.#waiting.filter(({ count }) => count === this.asleep)
    this.#waiting = this.#waiting.filter(({ count }) => count !== this.asleep)
    for (const { resolve } of reached) resolve()
  }
}
