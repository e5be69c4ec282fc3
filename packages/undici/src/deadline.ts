import type { Alarm } from './alarm.ts'

/*
 * When a deadline has passed, the event loop turns once more before the verdict. A process that stood still (a long
 * computation, a pause) finds its timers due before it reads its sockets; an answer that lies there already has come
 * in time, and must not be reported as unknown.
 */

/** Whoever is told that a deadline has passed. */
export interface Expiring {
  onDeadline(): void
}

/** A moment that can be moved. Times are those of `performance.now()`. */
export class Deadline {
  readonly #owner: Expiring
  readonly #alarm: Alarm
  dueAt: number = Infinity
  /** Its neighbours among those that the alarm watches; the alarm's to keep. */
  before: Deadline | undefined
  after: Deadline | undefined
  #isWatched = false

  constructor(owner: Expiring, alarm: Alarm) {
    this.#owner = owner
    this.#alarm = alarm
  }

  /** Moves the deadline, earlier or later. */
  set(dueAt: number, now?: number): void {
    this.dueAt = dueAt
    if (!this.#isWatched) this.#alarm.watch(this)
    this.#isWatched = true
    this.#alarm.goOffBy(dueAt, now)
  }

  /** No deadline any more. */
  clear(): void {
    this.dueAt = Infinity
    if (this.#isWatched) this.#alarm.forget(this)
    this.#isWatched = false
  }

  /** The alarm went off: it is over in a turn of the event loop, if nobody moves it. */
  passed(): void {
    setImmediate(judge, this)
  }

  /** @internal */
  judge(): void {
    if (this.dueAt > performance.now()) return this.#alarm.goOffBy(this.dueAt)
    this.clear()
    this.#owner.onDeadline()
  }
}

function judge(deadline: Deadline): void {
  deadline.judge()
}
