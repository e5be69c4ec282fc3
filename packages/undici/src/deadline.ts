/*
 * One timer per attempt. A deadline that moves later costs no timer: the one that is set fires early, sees that, and
 * is set again. So a quick request sets one timer and clears one, however many phases it goes through.
 *
 * When a deadline has passed, the event loop turns once more before the verdict. A process that stood still (a long
 * computation, a pause) finds its timers due before it reads its sockets; an answer that lies there already has come
 * in time, and must not be reported as unknown.
 */

/* The longest delay that a timer holds; a longer one would fire at once. */
const maxTimerMs = 2_147_483_647

/** Whoever is told that a deadline has passed. */
export interface Expiring {
  onDeadline(): void
}

/** A moment that can be moved. Times are those of `performance.now()`. */
export class Deadline {
  readonly #owner: Expiring
  readonly #isBackground: boolean
  #dueAt = Infinity
  #firesAt = Infinity
  #timer: NodeJS.Timeout | undefined

  /** @param isBackground true: the timer does not keep the process alive */
  constructor(owner: Expiring, isBackground = false) {
    this.#owner = owner
    this.#isBackground = isBackground
  }

  /** Moves the deadline, earlier or later. */
  set(dueAt: number, now?: number): void {
    this.#dueAt = dueAt
    if (dueAt < this.#firesAt) this.#arm(now)
  }

  /** No deadline any more, and no timer left behind. */
  clear(): void {
    this.#dueAt = Infinity
    this.#firesAt = Infinity
    clearTimeout(this.#timer)
  }

  #arm(now = performance.now()): void {
    clearTimeout(this.#timer)
    this.#firesAt = this.#dueAt
    const delayMs = Math.min(Math.ceil(this.#dueAt - now), maxTimerMs)
    this.#timer = setTimeout(onTimer, Math.max(delayMs, 1), this)
    if (this.#isBackground) this.#timer.unref()
  }

  /** @internal */
  fire(): void {
    if (this.#dueAt > performance.now()) this.#rearm()
    else setImmediate(afterOneTurn, this)
  }

  /** @internal */
  judge(): void {
    if (this.#dueAt > performance.now()) this.#rearm()
    else this.#owner.onDeadline()
  }

  #rearm(): void {
    if (this.#dueAt === Infinity) this.clear()
    else this.#arm()
  }
}

function onTimer(deadline: Deadline): void {
  deadline.fire()
}

function afterOneTurn(deadline: Deadline): void {
  deadline.judge()
}
