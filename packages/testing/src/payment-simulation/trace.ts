import type { Timeline } from './timeline.ts'

/*
 * Everything that happens in a run, as one number. Two runs of one seed are the same run if and only if their numbers
 * are: a run that depends on anything but its seed cannot be replayed.
 */

const prime = 16_777_619

/** The story of one run. */
export class Trace {
  readonly #timeline: Timeline
  readonly #write: ((line: string) => void) | undefined
  #hash = 0x811c_9dc5
  #steps = 0

  /** @param write gets each step as a line, for a person who reads a replay */
  constructor(timeline: Timeline, write: ((line: string) => void) | undefined) {
    this.#timeline = timeline
    this.#write = write
  }

  /** @param subject the number of a payment or a process; 0 for none */
  note(step: string, subject: number, detail: string = '', word: string = '', figure: number = 0): void {
    this.#steps += 1
    this.#mix(Math.round(this.#timeline.nowMs * 1_000))
    this.#mix(subject)
    this.#mixText(step)
    this.#mix(figure)
    this.#mixText(detail)
    this.#mixText(word)
    if (this.#write === undefined) return
    const time = this.#timeline.nowMs.toFixed(2).padStart(10)
    const words = [step, subject === 0 ? '' : `#${subject}`, detail, word, figure === 0 ? '' : figure]
    this.#write(`${time} ${words.filter((one) => one !== '').join(' ')}`)
  }

  get hash(): string {
    return `${this.#steps.toString(16)}-${(this.#hash >>> 0).toString(16).padStart(8, '0')}`
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, prime)
  }

  #mixText(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.#mix(text.charCodeAt(index))
  }
}
