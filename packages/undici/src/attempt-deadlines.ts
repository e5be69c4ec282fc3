import type { AttemptContext } from '@paylb/core'

import type { Alarm } from './alarm.ts'
import { Deadline, type Expiring } from './deadline.ts'

/*
 * Who has how long. The server has `headMs` from the last byte of the request to the head of its answer, and `idleMs`
 * between chunks, but only while somebody reads them. Whoever sends the request, or reads the answer, has only what is
 * left of the deadline over everything.
 */

/** What every attempt of a transport keeps to. */
export interface AttemptLimits {
  readonly connectMs: number
  readonly idleMs: number
  readonly maxAnswerBufferBytes: number
  readonly alarm: Alarm
}

/** What an attempt waits for. */
export type Phase = 'connection' | 'request body' | 'answer' | 'answer body'

/** The deadline of one attempt, phase by phase. */
export class AttemptDeadlines {
  phase: Phase = 'connection'
  readonly #deadline: Deadline
  readonly #idleMs: number
  readonly #headMs: number
  readonly #headDueAt: number
  readonly #totalDueAt: number

  constructor({ headMs, remainingMs }: AttemptContext, limits: AttemptLimits, owner: Expiring) {
    const now = performance.now()
    this.#idleMs = limits.idleMs
    this.#headMs = headMs
    this.#totalDueAt = now + remainingMs
    this.#headDueAt = Math.min(now + headMs, this.#totalDueAt)
    this.#deadline = new Deadline(owner, limits.alarm)
    this.#deadline.set(Math.min(now + limits.connectMs, this.#headDueAt), now)
  }

  /** The request begins to be written. */
  started(isStreamed: boolean): void {
    if (isStreamed) this.#await('request body', this.#totalDueAt)
    else this.#await('answer', this.#headDueAt)
  }

  /** The last byte of a streamed request is out. The server has its time from now on. */
  sent(): void {
    if (this.phase !== 'request body') return
    this.#await('answer', Math.min(performance.now() + this.#headMs, this.#totalDueAt))
  }

  /** The head or a chunk of the answer has come, or is asked for again. */
  reading(): void {
    this.#await('answer body', Math.min(performance.now() + this.#idleMs, this.#totalDueAt))
  }

  /** Nobody reads the answer at present. */
  paused(): void {
    this.#await('answer body', this.#totalDueAt)
  }

  /** Nothing is waited for any more. */
  over(): void {
    this.#deadline.clear()
  }

  #await(phase: Phase, dueAt: number): void {
    this.phase = phase
    this.#deadline.set(dueAt)
  }
}
