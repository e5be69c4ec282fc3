import type { Draw } from './chance.ts'
import { distributions } from './distributions.ts'
import type { ServerModel } from './fleet.ts'
import type { Span } from './fleet-description.ts'

/*
 * A server with some workers and one line in front of them, first come, first served. Nothing that happens later can
 * change when a payment in line will be done, so that time is known as soon as it arrives: whoever is free first takes
 * it. That is also why a picker can know everything, and serve as the limit for those that do not.
 */

/** When and how a payment will be answered. */
export interface Service {
  readonly endsAtMs: number
  readonly isFailure: boolean
}

/** A server of a simulation. */
export class ModelledServer {
  readonly model: ServerModel
  /** When each worker will be done with what has arrived. */
  readonly #freeAtMs: Float64Array
  /** When each payment starts to be served, in order; those before `#started` have. */
  #startsAtMs: number[] = []
  #started = 0
  #busyMs = 0

  constructor(model: ServerModel) {
    this.model = model
    this.#freeAtMs = new Float64Array(model.workers).fill(model.joinsAtMs)
  }

  /** Takes in a payment that arrives at `atMs`. Payments must come in the order in which they arrive. */
  serve(atMs: number, draw: Draw): Service {
    const failure = this.model.failures.find((span) => isWithin(span, atMs))
    if (failure !== undefined) return { endsAtMs: atMs + (failure.afterMs ?? 1), isFailure: true }
    const worker = this.#nextWorker()
    const startsAtMs = Math.max(atMs, this.#freeAtMs[worker] ?? 0)
    const { distribution, meanServiceMs, variation } = this.model
    const workMs = meanServiceMs * distributions[distribution](draw, variation) * this.#slownessAt(startsAtMs)
    const endsAtMs = this.#workedOff(startsAtMs, workMs)
    this.#freeAtMs[worker] = endsAtMs
    this.#startsAtMs.push(startsAtMs)
    this.#busyMs += endsAtMs - startsAtMs
    return { endsAtMs, isFailure: false }
  }

  /** How long a payment that arrives at `atMs` has to expect until it is answered; infinite while the server fails. */
  expectedMs(atMs: number): number {
    if (this.model.failures.some((span) => isWithin(span, atMs))) return Infinity
    const startsAtMs = Math.max(atMs, this.#freeAtMs[this.#nextWorker()] ?? 0)
    const workMs = this.model.meanServiceMs * this.#slownessAt(startsAtMs)
    return this.#workedOff(startsAtMs, workMs) - atMs
  }

  /** Payments in service and in line, in workers. Ask in order of time. */
  loadAt(atMs: number): number {
    const starts = this.#startsAtMs
    while (this.#started < starts.length && (starts[this.#started] ?? 0) <= atMs) this.#started += 1
    const busy = this.#freeAtMs.reduce((count, freeAtMs) => (freeAtMs > atMs ? count + 1 : count), 0)
    return (busy + starts.length - this.#started) / this.model.workers
  }

  /** The share of its workers' time, since it joined, that was spent on payments. */
  utilisationUntil(endMs: number): number {
    const beyondMs = this.#freeAtMs.reduce((sum, freeAtMs) => sum + Math.max(0, freeAtMs - endMs), 0)
    return (this.#busyMs - beyondMs) / ((endMs - this.model.joinsAtMs) * this.model.workers)
  }

  #nextWorker(): number {
    const freeAtMs = this.#freeAtMs
    let first = 0
    for (let worker = 1; worker < freeAtMs.length; worker += 1) {
      if ((freeAtMs[worker] ?? 0) < (freeAtMs[first] ?? 0)) first = worker
    }
    return first
  }

  #slownessAt(atMs: number): number {
    const { coldStart, joinsAtMs } = this.model
    const left = 1 - (atMs - joinsAtMs) / coldStart.forMs
    return left > 0 ? 1 + (coldStart.factor - 1) * left : 1
  }

  /* When work that starts at `atMs` is done; freezes are in order and hold it up. */
  #workedOff(atMs: number, workMs: number): number {
    let endsAtMs = atMs + workMs
    for (const freeze of this.model.freezes) {
      const startsLater = freeze.fromMs >= endsAtMs
      const isOver = freeze.toMs <= atMs
      if (!startsLater && !isOver) endsAtMs += freeze.toMs - Math.max(atMs, freeze.fromMs)
    }
    return endsAtMs
  }
}

function isWithin(span: Span, atMs: number): boolean {
  return atMs >= span.fromMs && atMs < span.toMs
}
