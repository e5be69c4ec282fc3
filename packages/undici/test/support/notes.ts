import type { Buffer } from 'node:buffer'

import type { AnswerSink } from '../../src/index.ts'

/** A sink that notes what it is told, and takes `room` chunks before it asks to wait. */
export class Notes implements AnswerSink {
  text = ''
  endings: unknown[] = []
  room: number

  constructor(room = Infinity) {
    this.room = room
  }

  data(bytes: Buffer): boolean {
    this.text += bytes.toString('latin1')
    this.room -= 1
    return this.room > 0
  }

  end(): void {
    this.endings.push('end')
  }

  cut(error: unknown): void {
    this.endings.push(error)
  }
}
