import assert from 'node:assert/strict'
import type { MountAdapter } from '@paylb/testing'
import * as fc from 'fast-check'
import { watched } from '../support/watched.ts'
import { readRequests, statusOf, valuesOf } from '../support/strict-reader.ts'
import type { Reading, StrictMessage } from '../support/strict-reader.ts'
import { playCaller } from './play-callers.ts'
import type { Heard } from './play-callers.ts'
import { RecordingOrigin } from './recording-origin.ts'
import { bytesOf } from './request-bytes.ts'
import { connection } from './request-plan.ts'
import type { ConnectionPlan } from './request-plan.ts'
import { belowPayments, hashToArrive, isRefusal } from './what-goes-on.ts'
import type { BelowMount } from './what-goes-on.ts'

/*
 * Callers at random, several at once on their own connections. Each answer must be the caller's own, what was refused must
 * not have arrived, and what arrived must be, to the byte, what a strict reader finds in the bytes of one caller.
 */

/** How much is played. */
export interface Play {
  readonly seed: number
  readonly runs: number
  readonly belowMount?: BelowMount
}

/** What was reached: a test that never gets anywhere proves nothing. */
export interface Reached {
  readonly arrived: number
  readonly refused: number
}

const settings = {
  maxReplayBytes: 1_000,
  maxBodyBytes: 8_000,
  timeouts: { idleMs: 150, headMs: 1_000, totalMs: 2_000 },
}

/** @throws with the smallest callers that break a rule */
export async function playRandomRequests(mount: MountAdapter, play: Play): Promise<Reached> {
  const origin = await new RecordingOrigin().listen()
  const expected = new Map<string, number>()
  let number = 0
  let refused = 0
  try {
    await watched(mount, { balancer: { servers: [origin.url] }, settings }, async (app) => {
      const callers = fc.array(connection, { minLength: 1, maxLength: 6 })
      const property = fc.asyncProperty(callers, async (plans) => {
        const sent = plans.map((plan) => bytesOf(plan, () => (number += 1)))
        const ended = await Promise.all(plans.map((plan, index) => playOne(app.url, sent[index] ?? '', plan)))
        await app.nothingInFlight()
        for (const one of ended) refused += judge(one, origin, expected, play.belowMount ?? belowPayments)
        judgeArrivals(origin, expected, sent)
      })
      await fc.assert(property, {
        seed: play.seed,
        numRuns: play.runs,
        endOnFailure: true,
      })
    })
  } finally {
    await origin.close()
  }
  return { arrived: [...origin.arrived.values()].reduce((sum, count) => sum + count, 0), refused }
}

interface Ended extends Heard {
  readonly text: string
  readonly requests: readonly StrictMessage[]
  /** Nothing but requests was sent. */
  readonly isAllWell: boolean
}

async function playOne(url: string, text: string, plan: ConnectionPlan): Promise<Ended> {
  const reading = readRequests(text)
  const requests = reading.messages
  return {
    ...(await playCaller(url, text, plan, reading)),
    text,
    requests,
    isAllWell: isFreeOfErrors(reading) && !hasOddExtension(plan),
  }
}

/* Holds the answers against the requests, in their order. Returns how many were refused. */
function judge(
  { text, requests, isAllWell, answers, leftEarly, gaveUp }: Ended,
  origin: RecordingOrigin,
  expected: Map<string, number>,
  belowMount: BelowMount,
): number {
  const final = answers.messages.filter(({ startLine }) => statusOf(startLine) >= 200)
  assert.notEqual(answers.rest, 'error', `answers that are none: ${JSON.stringify(text)}`)
  assert.ok(!gaveUp || !isAllWell, `a request without an answer: ${JSON.stringify(text.slice(0, 3_000))}`)
  let refused = 0
  for (const [index, request] of requests.entries()) {
    const hash = hashToArrive(request, belowMount)
    const answer = final[index]
    const told = answer === undefined ? undefined : valuesOf(answer, 'x-echo')[0]
    const shown = JSON.stringify([index, answer?.startLine, text.slice(0, 3_000)])
    if (told !== undefined) assert.equal(told, hash, `the answer to another request, or to a changed one: ${shown}`)
    if (answer !== undefined && isRefusal(answer)) refused += 1
    const isBehindClose = final.slice(0, index).some((one) => valuesOf(one, 'connection').includes('close')) // D2
    const isLost = (isBehindClose || !isAllWell) && (answer === undefined || isOfNode(answer))
    const mayHaveArrived = told !== undefined || leftEarly || isLost || (answer !== undefined && !isRefusal(answer))
    if (!mayHaveArrived) assert.ok(hash === undefined || !origin.arrived.has(hash), `refused, and arrived: ${shown}`)
    if (!mayHaveArrived) continue
    const others = leftEarly ? [hashToArrive(request, belowMount, '')] : []
    for (const one of [hash, ...others]) if (one !== undefined) expected.set(one, (expected.get(one) ?? 0) + 1)
  }
  for (const surplus of final.slice(requests.length)) {
    assert.ok(isRefusal(surplus), `an answer to what is no request: ${JSON.stringify([surplus.startLine, text])}`)
  }
  return refused
}

/* Whether Node, too, reads nothing but requests: it refuses some that are well-formed. */
function isFreeOfErrors({ messages, rest }: Reading): boolean {
  if (rest !== 'nothing') return false
  return messages.every((message, index) => {
    const isLast = index === messages.length - 1
    const mayGoOn = isLast || !/\b(?:close|upgrade)\b/iu.test(valuesOf(message, 'connection').join())
    const isPlain = /^(?:chunked)?$/iu.test(valuesOf(message, 'transfer-encoding').join())
    const isShort = JSON.stringify(message.fields).length < 12_000
    return (
      mayGoOn &&
      isPlain &&
      isShort &&
      /^[A-Z-]+ (?:\/|https?:\/\/).* HTTP\/1\.1$/iu.test(message.startLine) &&
      !/^(?:CONNECT|PRI) /u.test(message.startLine)
    )
  })
}

/* Node refuses most chunk extensions, whatever the grammar says. */
function hasOddExtension({ requests }: ConnectionPlan): boolean {
  return requests.some(({ extension }) => extension !== '')
}

/*
 * Node answers bytes that are no request at once and breaks the connection, whatever is under way on it: its 400 comes
 * in place of the answers to the requests before, or nothing does.
 */
function isOfNode(answer: StrictMessage): boolean {
  return /^HTTP\/1\.1 4(?:00|08|13|31) /u.test(answer.startLine) && valuesOf(answer, 'paylb-outcome').length === 0
}

/* Whatever arrived was sent by a caller who was told of it, or who had left: then it may arrive later. */
function judgeArrivals(origin: RecordingOrigin, expected: ReadonlyMap<string, number>, sent: readonly string[]): void {
  assert.deepEqual(origin.malformed, [], 'paylb has written what is no request')
  for (const [hash, count] of origin.arrived) {
    if (count <= (expected.get(hash) ?? 0)) continue
    assert.fail(`arrived, and nobody was told: ${origin.shown.get(hash)} ${JSON.stringify(sent)}`)
  }
}
