import { outcomeOf, paylb } from '@paylb/axios'
import { checkLedgers, spawnPaymentServer } from '@paylb/testing'
import type { SpawnedPaymentServer, ToldOutcome } from '@paylb/testing'
import axios from 'axios'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newFolder, pay, serve } from './support/snippets.ts'

/*
 * What a newcomer tries first: an app out of the README, 1 000 keyed payments from 50 callers at once, and one of the
 * three servers killed in the middle. Payments that were inside the dead server may be unknown; nobody else notices.
 */

const payments = 1_000
const callers = 50

let folder: ReturnType<typeof newFolder>
let servers: SpawnedPaymentServer[]
let ledgers: string[]

beforeEach(async () => {
  folder = newFolder()
  ledgers = [1, 2, 3].map((n) => `${folder.path}/${n}.ledger`)
  servers = await Promise.all(ledgers.map((ledgerFile) => spawnPaymentServer({ ledgerFile })))
})

afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill()))
  folder.remove()
})

test.for(['express', 'fastify', 'koa', 'node'])('%s: every answer is true when a server is killed', async (name) => {
  const api = await serve(
    folder.path,
    name,
    servers.map((server) => server.port),
  )
  try {
    const report = await payThroughAKill(async (reference) => {
      const answer = await pay(api.chargesUrl, reference)
      await answer.arrayBuffer()
      return answer.headers.get('paylb-outcome') as ToldOutcome
    })
    expect(report).toEqual(onlyTrueAnswers)
  } finally {
    await api.stop()
  }
})

test('axios: every answer is true when a server is killed', async () => {
  const client = paylb(axios.create({ timeout: 5_000 }), { servers: servers.map((server) => server.url) })
  const report = await payThroughAKill(async (reference) => {
    try {
      const charge = { amount: 1_000, reference }
      return outcomeOf(await client.post('/charges', charge, { headers: { 'Idempotency-Key': reference } }))
    } catch (error) {
      return outcomeOf(error)
    }
  })
  await client.paylb.close()
  expect(report).toEqual(onlyTrueAnswers)
})

/* Whoever was not inside the dead server when it died has succeeded. */
const onlyTrueAnswers = { ok: true, succeededOrUnknown: payments, atMostOneUnknownPerCaller: true }

async function payThroughAKill(
  payOne: (reference: string) => Promise<ToldOutcome | undefined>,
): Promise<typeof onlyTrueAnswers> {
  const told = new Map<string, ToldOutcome>()
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < payments) {
      const reference = `order-${(next += 1)}`
      if (next === payments / 2) void servers[0]?.kill()
      const outcome = await payOne(reference)
      if (outcome === undefined) throw new Error(`nobody told what became of ${reference}`)
      told.set(reference, outcome)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const report = checkLedgers({ ledgers, told: [...told].map(([reference, outcome]) => ({ reference, outcome })) })
  return {
    ok: report.ok,
    succeededOrUnknown: report.succeeded + report.unknown,
    atMostOneUnknownPerCaller: report.unknown <= callers,
  }
}
