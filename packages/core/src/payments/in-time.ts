import type { Clock } from '../clock.ts'
import { ManualCancellation } from '../manual-cancellation.ts'
import { JournalUnavailableError } from './journal-errors.ts'

/*
 * A journal that hangs must not hold a payment beyond its deadline. What it was asked may still be done later: its record
 * then says more than what happened, never less, and whoever asked hears of it, so that it can be undone.
 */

/* A look at the journal when the deadline has passed already still gets this long. */
const leastMs = 100

/*
 * A journal in memory has answered by then, and no timer is needed. And where time and answer come at once, because the
 * process stood still, the answer counts.
 */
const turns = 8

/**
 * What a journal answers within `limitMs` milliseconds.
 *
 * @param onLate called with an answer that comes later
 * @throws JournalUnavailableError when there is none by then
 */
export async function inTime<Value>(
  work: Promise<Value>,
  clock: Clock,
  limitMs: number,
  onLate: (value: Value) => void = () => {},
): Promise<Value> {
  const answered = new Awaited(work)
  for (let turn = 0; turn < turns && !answered.isThere; turn += 1) await Promise.resolve()
  if (!answered.isThere) await answered.orAfter(Math.max(limitMs, leastMs), clock)
  if (answered.isThere) return await work
  work.then(onLate, () => {})
  throw new JournalUnavailableError('the journal did not answer in time')
}

/* What is waited for, and whether it has come: then nobody needs to sleep any longer. */
class Awaited {
  readonly #coming = new ManualCancellation()

  constructor(work: Promise<unknown>) {
    const note = (): void => this.#coming.abort(undefined)
    work.then(note, note)
  }

  get isThere(): boolean {
    return this.#coming.aborted
  }

  async orAfter(ms: number, clock: Clock): Promise<void> {
    await clock.sleep(ms, this.#coming)
    for (let turn = 0; turn < turns && !this.isThere; turn += 1) await Promise.resolve()
  }
}
