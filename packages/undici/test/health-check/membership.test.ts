import type { Balancer } from '@paylb/core'
import { expect, test } from 'vitest'

import { checkedPool, startStatusServer } from '../support/checked-pool.ts'
import { startRawServer } from '../support/raw-server.ts'

/* Who is checked while servers come, go and change. */

const healthCheck = { path: '/health', timeoutMs: 10_000, healthyAfter: 1, unhealthyAfter: 1 }
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

test('a server that joins is checked', async () => {
  const [a, b] = await Promise.all([startStatusServer(), startStatusServer()])
  const { balancer, clock, reports } = checkedPool([{ id: 'a', url: a.url }], { healthCheck })
  balancer.add({ id: 'b', url: b.url })
  await clock.untilAsleep(2)
  await clock.round()
  expect(reports.toSorted()).toEqual(['a passed', 'b passed'])
})

test('a server that leaves is not checked any more', async () => {
  const [a, b] = await Promise.all([startStatusServer(), startStatusServer()])
  const { balancer, clock, reports } = checkedPool([a.url, { id: 'b', url: b.url }], { healthCheck })
  balancer.remove(a.url.slice('http://'.length))
  expect(clock.asleep).toBe(1)
  await clock.round()
  expect([reports, a.sockets.length]).toEqual([['b passed'], 0])
})

/* What happens to server `a` at `url` in the middle of its check, and how many checks `other` sees from then on. */
const changes: readonly (readonly [what: string, change: (balancer: Balancer, other: string) => void, then: number])[] =
  [
    ['is removed', (balancer) => balancer.remove('a'), 0],
    ['is replaced', (balancer, url) => balancer.replace([{ id: 'c', url, healthCheck: false }]), 0],
    ['moves', (balancer, url) => balancer.update('a', { url }), 1],
  ]

test.for(changes)('a server that %s in the middle of its check is told of nothing that comes of it', async (row) => {
  const [, change, then] = row
  const [slow, next] = await Promise.all([startRawServer(), startRawServer()])
  const url = `http://127.0.0.1:${slow.port}`
  const { balancer, clock, reports } = checkedPool([{ id: 'a', url }], { healthCheck })
  clock.advance(2_500)
  await expect.poll(() => slow.requests()).toBe(1)
  change(balancer, `http://127.0.0.1:${next.port}`)
  await expect.poll(() => slow.sockets[0]?.closed).toBe(true)
  clock.advance(2_500)
  await expect.poll(() => next.requests()).toBe(then)
  expect([reports, slow.sockets.length]).toEqual([[], 1])
})

test('a server that stays is checked on as if nothing had happened, also from an equal list', async () => {
  const slow = await startRawServer()
  const server = { id: 'a', url: `http://127.0.0.1:${slow.port}`, healthCheck: { expectStatus: [200, 204] } }
  const { balancer, clock, reports } = checkedPool([server], { healthCheck })
  clock.advance(2_500)
  await expect.poll(() => slow.requests()).toBe(1)
  balancer.update('a', { weight: 5 })
  balancer.replace([structuredClone(server), { url: 'http://127.0.0.1:1', healthCheck: false }])
  slow.sockets[0]?.write(ok)
  await clock.untilAsleep(1)
  expect([reports, slow.sockets.length]).toEqual([['a passed'], 1])
})

test('a check that an update switches off is not made when it is due', async () => {
  const [a, b] = await Promise.all([startStatusServer(), startStatusServer()])
  const { balancer, clock, reports } = checkedPool(
    [
      { id: 'a', url: a.url },
      { id: 'b', url: b.url },
    ],
    { healthCheck },
  )
  await clock.untilAsleep(2)
  balancer.update('a', { healthCheck: false })
  clock.advance(2_500)
  await clock.untilAsleep(1)
  expect([reports, a.sockets.length]).toEqual([['b passed'], 0])
})

test('a check that an update switches on begins with the next payment', async () => {
  const server = await startStatusServer()
  const { balancer, clock, reports } = checkedPool([{ id: 'a', url: server.url }])
  balancer.update('a', { healthCheck })
  await balancer.run({
    method: 'POST',
    attempt: async () => ({ evidence: 'answered', status: 200, headers: new Headers(), answer: 'paid' }),
  })
  await clock.untilAsleep(1)
  await clock.round()
  expect(reports).toEqual(['a passed'])
})

test('a server whose check changes is checked in the new way, and its count begins anew', async () => {
  const server = await startStatusServer()
  const { balancer, clock, reports } = checkedPool([{ id: 'a', url: server.url }], {
    healthCheck: { ...healthCheck, healthyAfter: 2 },
  })
  await clock.round()
  balancer.update('a', { healthCheck: { path: '/other' } })
  clock.advance(5_000)
  await clock.untilAsleep(1)
  await clock.round()
  expect(reports).toEqual([])
  await clock.round()
  expect(reports).toEqual(['a passed'])
  expect(server.received.map((request) => request.split(' ')[1])).toEqual(['/health', '/other', '/other'])
})
