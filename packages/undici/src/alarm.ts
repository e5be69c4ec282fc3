import type { Deadline } from './deadline.ts'

/*
 * One timer for many deadlines: it goes off by the earliest, looks which have passed, and is set again for the next one.
 * Most deadlines move later or are over long before, and then cost no timer at all. The deadlines stand in a list of their
 * own links: a set would outgrow its table all the time, and V8 keeps what such tables held alive for long.
 */

/* The longest delay that a timer holds; a longer one would go off at once. */
const maxTimerMs = 2_147_483_647

/** Watches deadlines. Times are those of `performance.now()`. */
export class Alarm {
  readonly #isBackground: boolean
  #first: Deadline | undefined
  #goesOffAt = Infinity
  #timer: NodeJS.Timeout | undefined

  /** @param isBackground true: no deadline keeps the process alive */
  constructor(isBackground = false) {
    this.#isBackground = isBackground
  }

  /** Watches one more. It keeps the process alive for as long. */
  watch(deadline: Deadline): void {
    const first = this.#first
    deadline.after = first
    if (first !== undefined) first.before = deadline
    else if (!this.#isBackground) this.#timer?.ref()
    this.#first = deadline
  }

  /** Watches one less. The timer stays, for the next one, but keeps nothing alive. */
  forget(deadline: Deadline): void {
    const { before, after } = deadline
    if (before === undefined) this.#first = after
    else before.after = after
    if (after !== undefined) after.before = before
    deadline.before = undefined
    deadline.after = undefined
    if (this.#first === undefined) this.#timer?.unref()
  }

  /** Makes sure that it goes off by then. */
  goOffBy(dueAt: number, now?: number): void {
    if (dueAt >= this.#goesOffAt) return
    clearTimeout(this.#timer)
    this.#set(dueAt, now)
  }

  /** To be called when nobody sets a deadline any more: no timer is left. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#goesOffAt = Infinity
  }

  #set(dueAt: number, now = performance.now()): void {
    this.#goesOffAt = dueAt
    const delayMs = Math.min(Math.ceil(dueAt - now), maxTimerMs)
    this.#timer = setTimeout(goOff, Math.max(delayMs, 1), this)
    if (this.#isBackground) this.#timer.unref()
  }

  /** @internal */
  goOff(): void {
    const now = performance.now()
    let nextAt = Infinity
    for (let deadline = this.#first; deadline !== undefined; deadline = deadline.after) {
      if (deadline.dueAt <= now) deadline.passed()
      else if (deadline.dueAt < nextAt) nextAt = deadline.dueAt
    }
    this.#goesOffAt = Infinity
    this.#timer = undefined
    if (nextAt < Infinity) this.#set(nextAt, now)
  }
}

function goOff(alarm: Alarm): void {
  alarm.goOff()
}
