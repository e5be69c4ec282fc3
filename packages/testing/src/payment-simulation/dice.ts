import { seededRandom } from '../seeded-random.ts'

/** All chance of one run, from one seed. What cannot happen draws nothing. */
export class Dice {
  readonly next: () => number

  constructor(seed: number) {
    this.next = seededRandom(seed)
  }

  isTrue(probability: number): boolean {
    return probability > 0 && this.next() < probability
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.next()
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.next())
  }

  /** @throws RangeError for an empty list */
  oneOf<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError('nothing to choose from')
    return values[this.whole(0, values.length - 1)] as Value
  }

  /** Milliseconds to the next of events that come at random, so many per second. */
  gapMs(perSecond: number): number {
    return (-Math.log(1 - this.next()) * 1_000) / perSecond
  }

  /** Other dice whose numbers do not depend on how often these are thrown from now on. */
  fork(): Dice {
    return new Dice(this.whole(0, 0xffff_ffff))
  }
}
