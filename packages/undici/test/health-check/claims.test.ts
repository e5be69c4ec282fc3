import { createBalancer } from '@paylb/core'
import { expect, test } from 'vitest'

import { startStatusServer, watched } from '../support/checked-pool.ts'

/* Several adapters share a balancer. */

const own = { path: '/own', healthyAfter: 1 }
const forAll = { path: '/all', healthyAfter: 1 }

test('the servers’ own checks are made once, by the eldest checker; the next takes over when that closes', async () => {
  const server = await startStatusServer()
  const { clock, reports, check } = watched(
    createBalancer({ servers: [{ id: 'a', url: server.url, healthCheck: own }] }),
  )
  const eldest = check()
  check()
  await clock.untilAsleep(1)
  await clock.round()
  expect([reports, server.requests()]).toEqual([['a passed'], 1])
  await eldest.close()
  await clock.untilAsleep(1)
  await clock.round()
  expect(server.requests()).toBe(2)
})

test('a checker that was told how to check does so instead of those that were not, until it closes', async () => {
  const [a, b] = await Promise.all([startStatusServer(), startStatusServer()])
  const servers = [
    { id: 'a', url: a.url, healthCheck: own },
    { id: 'b', url: b.url },
  ]
  const { clock, check } = watched(createBalancer({ servers }))
  check()
  const told = check({ healthCheck: forAll })
  check({ healthCheck: false })
  await clock.untilAsleep(2)
  await clock.round()
  expect([a, b].map((server) => server.received.map((request) => request.split(' ')[1]))).toEqual([['/own'], ['/all']])
  await told.close()
  await clock.untilAsleep(1)
  await clock.round()
  expect([a.requests(), b.requests()]).toEqual([2, 1])
})

test('two checkers that were told both check', async () => {
  const server = await startStatusServer()
  const { clock, reports, check } = watched(createBalancer({ servers: [{ id: 'a', url: server.url }] }))
  check({ healthCheck: forAll })
  check({ healthCheck: forAll })
  await clock.untilAsleep(2)
  await clock.round()
  expect(reports).toEqual(['a passed', 'a passed'])
})

test('all stop when the balancer closes', async () => {
  const server = await startStatusServer()
  const balancer = createBalancer({ servers: [{ url: server.url, healthCheck: own }] })
  const { clock, check } = watched(balancer)
  check()
  check()
  check({ healthCheck: forAll })
  await balancer.close()
  expect(clock.asleep).toBe(0)
  clock.advance(1_000_000)
  expect(server.sockets).toEqual([])
})
