import type { Clock } from '../../src/index.ts'

interface Sleeper {
  readonly wakesAtMs: number
  readonly wake: () => void
}

/** A clock that only moves when told to. Unless `sleepsPass` is false, a sleep moves it by itself and is over at once. */
export class VirtualClock implements Clock {
  /** Off by this from `now`, so that a test notices when the two are mixed up. */
  readonly wallOffsetMs = 1_700_000_000_000
  readonly sleeps: number[] = []
  #nowMs = 50_000
  #sleepers: Sleeper[] = []
  readonly #sleepsPass: boolean

  constructor({ sleepsPass = true }: { sleepsPass?: boolean } = {}) {
    this.#sleepsPass = sleepsPass
  }

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return this.#nowMs + this.wallOffsetMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms)
    if (signal?.aborted === true) return Promise.resolve()
    if (this.#sleepsPass) {
      this.advance(ms)
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const sleeper = { wakesAtMs: this.#nowMs + ms, wake: resolve }
      const leave = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        resolve()
      }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  advance(ms: number): void {
    this.#nowMs += ms
    const due = this.#sleepers.filter((sleeper) => sleeper.wakesAtMs <= this.#nowMs)
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wakesAtMs > this.#nowMs)
    for (const sleeper of due) sleeper.wake()
  }
}
