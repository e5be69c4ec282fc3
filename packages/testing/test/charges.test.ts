import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { checkLedgers } from '../src/index.ts'
import { charge, post, send, until } from './support/client.ts'
import { start, temporaryFile } from './support/scope.ts'

const contentOf = (reply: { body: string }): Record<string, unknown> => JSON.parse(reply.body)

describe('a keyed charge', () => {
  test('is executed once, and its answer is replayed byte for byte', async () => {
    const server = await start()
    const first = await charge(server, 'order-1')
    const second = await charge(server, 'order-1')
    expect(contentOf(first)).toMatchObject({ status: 'succeeded', amount: 1_000, reference: 'order-1' })
    expect([first.status, first.headers['idempotent-replayed']]).toEqual([201, undefined])
    expect([second.status, second.headers['idempotent-replayed']]).toEqual([201, 'true'])
    expect(second.body).toBe(first.body)
    expect(server.stats()).toMatchObject({ requests: 2, executions: 1, replays: 1 })
  })

  test('is refused with 409 while the same key still runs', async () => {
    const server = await start({ faults: { delayMs: 60_000 } })
    const slow = charge(server, 'order-1').catch(() => undefined)
    await until(() => server.stats().delays === 1)
    expect((await charge(server, 'order-1')).status).toBe(409)
    expect((await send(`${server.url}/charges/order-1`)).status).toBe(409)
    await server.close()
    await slow
  })

  test('is refused with 422 when the key came with another body, or on another route', async () => {
    const server = await start()
    const first = contentOf(await charge(server, 'order-1'))
    const other = await post(`${server.url}/charges`, { amount: 2_000 }, 'order-1')
    const refund = await post(`${server.url}/refunds`, { amount: 1, charge: first['id'] }, 'order-1')
    expect([other.status, refund.status]).toEqual([422, 422])
    expect(server.stats()).toMatchObject({ executions: 1, mismatches: 2 })
  })

  test('is found by its key afterwards, with the stored answer', async () => {
    const server = await start()
    const made = await charge(server, 'order/1 50%')
    const found = await send(`${server.url}/charges/${encodeURIComponent('order/1 50%')}`)
    expect([found.status, found.body]).toEqual([200, made.body])
    expect((await send(`${server.url}/charges/never-seen`)).status).toBe(404)
    expect((await send(`${server.url}/charges/%zz`)).status).toBe(400)
  })

  test('is declined without an execution, and the decline is replayed', async () => {
    const server = await start({ faults: { decline: true, times: 1 } })
    const first = await charge(server, 'order-1')
    const second = await charge(server, 'order-1')
    expect([first.status, second.status]).toEqual([402, 402])
    expect(contentOf(await send(`${server.url}/charges/order-1`))).toMatchObject({ status: 'declined' })
    expect(server.stats()).toMatchObject({ executions: 0, declines: 1, replays: 1 })
  })
})

test('a bare charge is executed each time', async () => {
  const server = await start()
  const ids = [contentOf(await charge(server))['id'], contentOf(await charge(server))['id']]
  expect(new Set(ids).size).toBe(2)
  expect(server.stats().executions).toBe(2)
})

describe('servers with one ledger file', () => {
  test('know each other’s keys', async () => {
    const ledgerFile = temporaryFile('shared.sqlite')
    const [one, other] = [await start({ ledgerFile, id: 'one' }), await start({ ledgerFile, id: 'other' })]
    await charge(one, 'order-1')
    expect((await charge(other, 'order-1')).headers['idempotent-replayed']).toBe('true')
    expect(other.stats().executions).toBe(0)
  })

  test('keep what was stored over a restart, and forget what still ran', async () => {
    const ledgerFile = temporaryFile('ledger.sqlite')
    const before = await start({ ledgerFile })
    await charge(before, 'done')
    await before.setFaults({ delayMs: 60_000 })
    const abandoned = charge(before, 'waiting').catch(() => 'no answer')
    await until(() => before.stats().delays === 1)
    await before.close()
    expect(await abandoned).toBe('no answer')
    const after = await start({ ledgerFile })
    expect((await charge(after, 'done')).headers['idempotent-replayed']).toBe('true')
    expect((await charge(after, 'waiting')).headers['idempotent-replayed']).toBe(undefined)
    expect(after.stats().executions).toBe(1)
  })
})

test('a server that lost a key to another one while it waited does not execute', async () => {
  const server = await start({ ledgerFile: temporaryFile('ledger.sqlite'), faults: { delayMs: 100 } })
  const answer = charge(server, 'order-1')
  await until(() => server.stats().delays === 1)
  const ledger = new DatabaseSync(server.ledgerFile)
  ledger.exec("UPDATE idempotency_keys SET owner = 'another'")
  ledger.close()
  expect((await answer).status).toBe(409)
  expect(server.stats().executions).toBe(0)
})

describe('a refund', () => {
  test('is an execution of its own, up to what was charged', async () => {
    const server = await start({ ledgerFile: temporaryFile('ledger.sqlite') })
    const { id } = contentOf(await charge(server, 'order-1'))
    const refund = (amount: number, key: string) => post(`${server.url}/refunds`, { amount, charge: id }, key)
    const statuses = [await refund(700, 'r-1'), await refund(700, 'r-1'), await refund(400, 'r-2')].map((r) => r.status)
    expect(statuses).toEqual([201, 201, 400])
    const told = [
      { key: 'order-1', outcome: 'succeeded' },
      { key: 'r-1', type: 'refund', outcome: 'succeeded' },
      { key: 'r-2', type: 'refund', outcome: 'rejected' },
    ] as const
    expect(checkLedgers({ ledgers: [server.ledgerFile], told })).toMatchObject({ ok: true, executions: 2 })
  })

  test('of a charge that this ledger does not have is refused, and its key stays free', async () => {
    const server = await start()
    const refused = await post(`${server.url}/refunds`, { amount: 1, charge: 'charge-x' }, 'r-1')
    const { id } = contentOf(await charge(server, 'order-1'))
    const accepted = await post(`${server.url}/refunds`, { amount: 1, charge: id }, 'r-1')
    expect([refused.status, accepted.status]).toEqual([404, 201])
  })
})

describe('how a ledger deduplicates', () => {
  test.each([
    { dedupe: 'everything', executions: 1 },
    { dedupe: 'successes', executions: 2 },
    { dedupe: 'none', executions: 2 },
  ] as const)('$dedupe: $executions executions when a 5xx after the execution is repeated', async (row) => {
    const errorBurst = { status: 500, afterExecution: true }
    const server = await start({ dedupe: row.dedupe, faults: { errorBurst, times: 1 } })
    expect((await charge(server, 'order-1')).status).toBe(500)
    expect((await charge(server, 'order-1')).status).toBe(201)
    expect(server.stats().executions).toBe(row.executions)
  })

  test('successes: a decline is decided anew', async () => {
    const server = await start({ dedupe: 'successes', faults: { decline: true, times: 1 } })
    expect([(await charge(server, 'order-1')).status, (await charge(server, 'order-1')).status]).toEqual([402, 201])
  })

  test.each([
    { failsOpen: false, statuses: [503, 503], executions: 0 },
    { failsOpen: true, statuses: [201, 201], executions: 2 },
  ])('with the key store down and failsOpen $failsOpen: $executions executions', async (row) => {
    const server = await start({ failsOpen: row.failsOpen, faults: { keyStoreDown: true } })
    const replies = [await charge(server, 'order-1'), await charge(server, 'order-1')]
    expect(replies.map((reply) => reply.status)).toEqual(row.statuses)
    expect(server.stats().executions).toBe(row.executions)
  })
})
