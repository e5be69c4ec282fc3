import { Buffer } from 'node:buffer'

import { expect, test, vi } from 'vitest'

import { AnswerHead } from '../src/answer-head.ts'
import { StreamedAnswer } from '../src/streamed-answer.ts'
import { Notes } from './support/notes.ts'

/** An answer of which two chunks came before anybody read it. */
function twoChunks(): { answer: StreamedAnswer; flow: Record<'pause' | 'resume' | 'abandon', () => void> } {
  const flow = { pause: vi.fn<() => void>(), resume: vi.fn<() => void>(), abandon: vi.fn<() => void>() }
  const head = new AnswerHead('GET', 200, 'OK', [])
  return { answer: new StreamedAnswer(head, [Buffer.from('a'), Buffer.from('b')], flow), flow }
}

function fault(): never {
  throw new Error('a fault in the sink')
}

test('an end that came while the sink waited is told after the chunks before it, once', async () => {
  const { answer, flow } = twoChunks()
  const notes = new Notes(1)
  const reader = answer.stream(notes)
  answer.push(Buffer.from('c'))
  answer.complete()
  await expect(answer.ended).resolves.toBe('complete')
  expect(notes).toMatchObject({ text: 'a', endings: [] })
  reader.resume()
  notes.room = Infinity
  reader.resume()
  reader.resume()
  expect(notes).toMatchObject({ text: 'abc', endings: ['end'] })
  expect(flow.resume).not.toHaveBeenCalled()
})

test('after its reader gave up, nothing is told, and what had ended stays ended', async () => {
  const { answer, flow } = twoChunks()
  const notes = new Notes(1)
  const reader = answer.stream(notes)
  answer.complete()
  reader.abandon()
  reader.resume()
  answer.cut(new Error('late'))
  await expect(answer.ended).resolves.toBe('complete')
  expect(notes).toMatchObject({ text: 'a', endings: [] })
  expect(flow.abandon).not.toHaveBeenCalled()
})

test('a sink whose end or cut throws harms nobody', async () => {
  const complete = twoChunks().answer
  complete.stream({ data: () => true, end: fault, cut: fault })
  complete.complete()
  await expect(complete.ended).resolves.toBe('complete')
  const broken = twoChunks().answer
  broken.stream({ data: () => true, end: fault, cut: fault })
  broken.cut(new Error('reset'))
  await expect(broken.ended).resolves.toBe('cut')
})

test('a body is read by one sink only', () => {
  const { answer } = twoChunks()
  answer.stream(new Notes())
  expect(() => answer.stream(new Notes())).toThrow(/being read/u)
})
