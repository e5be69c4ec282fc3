import type { Exchange } from '../network/exchange.ts'
import type { Incarnation } from './incarnation.ts'

/*
 * The retry budget as it can be seen from outside. Attempts that follow at once are counted over a span that is shorter
 * than the budget's own, and requests over one that is longer, so that what is found here is surely too much.
 */

const retrySpanS = 8
const requestSpanS = 11
const atOnceMs = 1_000
const budgetS = 10

/** Counts the requests and retries of one process. */
export class BudgetCheck {
  readonly #incarnation: Incarnation
  readonly #requests: number[] = []
  readonly #retries: number[] = []

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
  }

  requestBegan(): void {
    const second = this.#second()
    this.#requests[second] = (this.#requests[second] ?? 0) + 1
  }

  /** To be called before the attempt counts as the request's last one. */
  attempted({ request, server, payment }: Exchange): void {
    const last = request.lastExchange
    if (last === undefined || last.status === 409) return
    const { world, clock } = this.#incarnation
    const isFree = !last.isSent && last.isProvenUnexecuted && last.server !== server
    if (isFree || clock.now() - last.overAtMs > atOnceMs) return
    const second = this.#second()
    this.#retries[second] = (this.#retries[second] ?? 0) + 1
    const { ratio, minPerSecond } = world.scenario.retryBudget
    const allowed = sumOfLast(requestSpanS, this.#requests, second) * ratio + minPerSecond * budgetS
    const retries = sumOfLast(retrySpanS, this.#retries, second)
    if (retries > allowed)
      world.violate(payment, `${retries} retries within ${retrySpanS} s, where ${allowed} are allowed`)
  }

  #second(): number {
    return Math.floor(this.#incarnation.clock.now() / 1_000)
  }
}

function sumOfLast(seconds: number, counts: readonly number[], now: number): number {
  let sum = 0
  for (let second = Math.max(0, now - seconds + 1); second <= now; second += 1) sum += counts[second] ?? 0
  return sum
}
