import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { MountAdapter } from '@paylb/testing'
import * as fc from 'fast-check'
import { readAnswers, statusOf, valuesOf } from '../support/strict-reader.ts'
import type { StrictMessage } from '../support/strict-reader.ts'
import { watched } from '../support/watched.ts'
import { answerBytes } from './answer-bytes.ts'
import { answersPlan } from './answer-plan.ts'
import type { AnswersPlan, Exchange } from './answer-plan.ts'
import { ask } from './ask.ts'
import type { Got } from './ask.ts'
import { MaliciousOrigin } from './malicious-origin.ts'
import type { Planned } from './malicious-origin.ts'

/*
 * Answers at random, on connections that are used again where they may be. Each caller's token is in its answer alone:
 * nobody may see another one's, what is relayed must be what a strict reader finds in the server's bytes, and what was
 * sent may be told as unknown, but never as not executed.
 */

/** What was reached: a test that never gets anywhere proves nothing. */
export interface Answered {
  readonly relayed: number
  readonly unknown: number
}

const settings = { maxReplayBytes: 1_000, timeouts: { headMs: 80, idleMs: 80, totalMs: 160 } }

/** @throws with the smallest answers that break a rule */
export async function playRandomAnswers(mount: MountAdapter, play: { seed: number; runs: number }): Promise<Answered> {
  const planned = new Map<number, Planned>()
  const origins = await Promise.all([0, 1].map(() => new MaliciousOrigin(planned).listen()))
  const answered = { relayed: 0, unknown: 0 }
  const balancer = { servers: origins.map(({ url }) => url), health: false, ledger: 'none' } as const
  try {
    await watched(mount, { balancer, settings }, async (app) => {
      const playWave = async (exchanges: readonly Exchange[]): Promise<void> => {
        const numbers = exchanges.map((exchange) => plan(planned, exchange))
        const asked = exchanges.map(({ method, bodyBytes }, index) =>
          ask(app.url, method, numbers[index] ?? 0, bodyBytes),
        )
        const got = await Promise.all(asked)
        await app.nothingInFlight()
        for (const origin of origins) await origin.saidAll()
        for (const [index, one] of got.entries()) answered[judge(numbers[index] ?? 0, one, planned, origins)] += 1
      }
      const property = fc.asyncProperty(answersPlan, async ({ waves, speaksUnasked }: AnswersPlan) => {
        for (const wave of waves) await playWave(wave)
        const unasked = `HTTP/1.1 201 Created\r\nX-Token: ${tokenOf(0)}\r\nContent-Length: 0\r\n\r\n`
        if (speaksUnasked) await Promise.all(origins.map((origin) => origin.speakUnasked(unasked)))
      })
      await fc.assert(property, { seed: play.seed, numRuns: play.runs, endOnFailure: true })
    })
  } finally {
    for (const origin of origins) await origin.close()
  }
  return answered
}

function plan(planned: Map<number, Planned>, exchange: Exchange): number {
  const number = planned.size + 1
  planned.set(number, { ...exchange, text: answerBytes(exchange.answer, tokenOf(number)) })
  return number
}

/* Changed bytes do not make one caller's token another one's. */
function tokenOf(number: number): string {
  return createHash('sha256').update(`${number}`).digest('hex').slice(0, 16)
}

function judge(
  number: number,
  { text, answer, isHttp }: Got,
  planned: ReadonlyMap<number, Planned>,
  origins: readonly MaliciousOrigin[],
): 'relayed' | 'unknown' {
  const { text: said = '', method = 'POST' } = planned.get(number) ?? {}
  const shown = JSON.stringify({ number, method, said: said.slice(0, 700), told: text.slice(0, 700) })
  assert.ok(isHttp, `what is told is no answer: ${shown}`)
  const strangers = [...planned.keys(), 0].filter((other) => other !== number && text.includes(tokenOf(other)))
  assert.deepEqual(strangers, [], `the answer to another caller: ${shown}`)
  const arrivals = origins.map(({ arrived }) => arrived.get(number) ?? 0)
  const total = arrivals.reduce((sum, count) => sum + count, 0)
  assert.ok(method === 'POST' ? total === 1 : arrivals.every((count) => count <= 1), `arrived ${total} times: ${shown}`)
  assert.deepEqual(
    origins.flatMap(({ onDirtyConnections }) => onDirtyConnections),
    [],
    'a dirty connection was used again',
  )
  if (answer === undefined) return 'unknown'
  if (valuesOf(answer, 'content-type').includes('application/problem+json')) {
    assert.notEqual(valuesOf(answer, 'paylb-outcome')[0], 'not-executed', `it was sent: ${shown}`)
    return 'unknown'
  }
  assertSame(answer, finalOf(said, method), shown)
  return 'relayed'
}

function finalOf(said: string, method: string): StrictMessage | undefined {
  return readAnswers(said, [method]).messages.find(({ startLine }) => statusOf(startLine) >= 200)
}

function assertSame(told: StrictMessage, said: StrictMessage | undefined, shown: string): void {
  assert.ok(said, `told as whole what is not: ${shown}`)
  assert.equal(statusOf(told.startLine), statusOf(said.startLine), `another status: ${shown}`)
  assert.equal(told.body, said.body, `another body: ${shown}`)
}
