import { CandidateHeap } from './candidate-heap.ts'
import { firstOf } from './choose-least.ts'
import { InFlightQueues } from './in-flight-queues.ts'
import type { Candidate } from './strategy.ts'

/*
 * Keeps a list of candidates so that the one with the fewest requests in flight per weight is at hand, the least recently
 * picked one of equals. Those never picked come in the order of the list from a random one on: a large pool is walked
 * through side by side, which costs half of jumping about in it. While requests end in the order in which they began, which
 * is nearly so when there is little to do, queues do it in constant time. What does not fit into a queue, and everybody
 * in a list of very many different weights, is in a heap, at the cost of its logarithm.
 */

/* The heads of the queues of so many weights are compared one by one. */
const maxClasses = 32

/** The candidates of one list by requests in flight. */
export class InFlightIndex {
  readonly candidates: readonly Candidate[]
  readonly #inFlight: Float64Array
  readonly #weight: Float64Array
  /** The turn of the last pick; below 0 for those never picked. */
  readonly #lastPick: Float64Array
  readonly #classOf: Int32Array
  readonly #classes: number
  readonly #heap: CandidateHeap
  readonly #queues: InFlightQueues
  #lastGiven = 0

  constructor(candidates: readonly Candidate[], random: () => number) {
    const size = candidates.length
    this.candidates = candidates
    this.#inFlight = new Float64Array(size)
    this.#weight = new Float64Array(size)
    this.#lastPick = new Float64Array(size)
    this.#classOf = new Int32Array(size)
    const classes = new Map<number, number>()
    const start = Math.floor(random() * size)
    for (let index = 0; index < size; index += 1) {
      const candidate = candidates[index] ?? firstOf(candidates)
      this.#inFlight[index] = candidate.inFlight
      this.#weight[index] = candidate.weight
      this.#lastPick[index] = candidate.lastPick === 0 ? turnsAfter(start, index, size) - size : candidate.lastPick
      const ofClass = classes.get(candidate.weight) ?? classes.size
      if (ofClass === classes.size) classes.set(candidate.weight, ofClass)
      this.#classOf[index] = ofClass
    }
    this.#classes = classes.size <= maxClasses ? classes.size : 0
    this.#queues = new InFlightQueues(size, this.#classes)
    this.#heap = new CandidateHeap(size, (one, other) => this.#isBefore(one, other))
    this.#heap.fill()
  }

  /** False when a candidate has changed and `note` was not called: then nothing here can be trusted. */
  get isTrue(): boolean {
    const candidate = this.candidates[this.#lastGiven]
    if (candidate === undefined || candidate.inFlight !== this.#inFlight[this.#lastGiven]) return false
    return candidate.lastPick === 0 || candidate.lastPick === this.#lastPick[this.#lastGiven]
  }

  least(): Candidate {
    let least = this.#heap.first
    for (let ofClass = 0; ofClass < this.#classes; ofClass += 1) {
      const head = this.#queues.first(ofClass)
      if (head !== -1 && (least === -1 || this.#isBefore(head, least))) least = head
    }
    this.#lastGiven = least
    return this.candidates[least] ?? firstOf(this.candidates)
  }

  /** Takes in what has changed. A candidate that is not in the list is ignored. */
  note(candidate: Candidate): void {
    const index = candidate.position
    if (this.candidates[index] !== candidate) return
    const ofClass = this.#classOf[index] ?? 0
    const isInHeap = this.#heap.has(index)
    if (!isInHeap) this.#queues.remove(index, ofClass, this.#inFlight[index] ?? 0)
    this.#inFlight[index] = candidate.inFlight
    if (candidate.lastPick !== 0) this.#lastPick[index] = candidate.lastPick
    if (!this.#isInOrder(index, ofClass)) {
      this.#heap.place(index)
      return
    }
    if (isInHeap) this.#heap.remove(index)
    this.#queues.append(index, ofClass, candidate.inFlight)
  }

  #isInOrder(index: number, ofClass: number): boolean {
    if (this.#classes === 0) return false
    const last = this.#queues.last(ofClass, this.#inFlight[index] ?? 0)
    return last === -1 || (this.#lastPick[last] ?? 0) < (this.#lastPick[index] ?? 0)
  }

  #isBefore(one: number, other: number): boolean {
    const left = ((this.#inFlight[one] ?? 0) + 1) * (this.#weight[other] ?? 0)
    const right = ((this.#inFlight[other] ?? 0) + 1) * (this.#weight[one] ?? 0)
    return left < right || (left === right && (this.#lastPick[one] ?? 0) < (this.#lastPick[other] ?? 0))
  }
}

function turnsAfter(start: number, index: number, size: number): number {
  return index < start ? index - start + size : index - start
}
