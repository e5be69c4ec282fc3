import type { Balancer } from '@paylb/core'
import { describe, expect, test } from 'vitest'

import { checkedPool, startStatusServer, type StatusServer } from '../support/checked-pool.ts'
import { startRawServer } from '../support/raw-server.ts'

/* What checks do to the health of a balancer's servers. */

const healthCheck = { path: '/health', timeoutMs: 10_000 }
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

/* Time for the balancer: it stands still unless a test moves it. */
class Still {
  nowMs = 1_000_000

  now(): number {
    return this.nowMs
  }

  wallTime(): number {
    return this.nowMs
  }

  sleep(): Promise<void> {
    return Promise.resolve()
  }
}

async function startServers(
  count: number,
): Promise<{ servers: StatusServer[]; listed: { id: string; url: string }[] }> {
  const servers = await Promise.all(Array.from({ length: count }, () => startStatusServer()))
  return { servers, listed: servers.map(({ url }, index) => ({ id: 'abcdef'.charAt(index), url })) }
}

function states(balancer: Balancer): string[] {
  return balancer.snapshot().servers.map((server) => server.health.state)
}

function picked(balancer: Balancer, count: number): Set<string> {
  const leases = Array.from({ length: count }, () => balancer.pick({ method: 'POST' }))
  for (const lease of leases) lease.release()
  return new Set(leases.map((lease) => lease.server.id))
}

function fail(balancer: Balancer, id: string): void {
  for (let tries = 0; tries < 100 && states(balancer)[0] === 'healthy'; tries += 1) {
    const lease = balancer.pick({ method: 'POST' })
    const trouble =
      lease.server.id === id ? ({ kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' } as const) : undefined
    lease.record(trouble ?? { kind: 'succeeded', evidence: 'answered', status: 200 })
    lease.release()
  }
}

describe('a server whose checks fail', () => {
  test('is ejected before a payment was lost on it; when they pass again it has to prove itself', async () => {
    const { servers, listed } = await startServers(3)
    const { balancer, clock } = checkedPool(listed, { healthCheck })
    Object.assign(servers[0] ?? {}, { status: 500 })
    await clock.round()
    await clock.round()
    expect(states(balancer)).toEqual(['healthy', 'healthy', 'healthy'])
    await clock.round()
    expect(states(balancer)).toEqual(['ejected', 'healthy', 'healthy'])
    expect(picked(balancer, 50)).toEqual(new Set(['b', 'c']))
    await clock.untilAsleep(3)
    Object.assign(servers[0] ?? {}, { status: 200 })
    await clock.round()
    expect(states(balancer)[0]).toBe('ejected')
    await clock.round()
    await clock.round()
    expect(states(balancer)).toEqual(['probation', 'healthy', 'healthy'])
  })

  test('is kept out for as long as they fail', async () => {
    const { servers, listed } = await startServers(3)
    const time = new Still()
    const { balancer, clock } = checkedPool(listed, { healthCheck, balancer: { clock: time } })
    Object.assign(servers[0] ?? {}, { status: 500 })
    for (let count = 0; count < 20; count += 1) {
      await clock.round()
      time.nowMs += 5_000
    }
    expect(states(balancer)[0]).toBe('ejected')
    expect(picked(balancer, 50)).toEqual(new Set(['b', 'c']))
  })

  test.each([
    [1, undefined, 0],
    [2, undefined, 1],
    [3, 3, 0],
    [4, undefined, 1],
    [5, 4, 1],
  ])('of %i servers with minAvailable %s, %i are ejected when all checks fail', async (count, minAvailable, most) => {
    const { servers, listed } = await startServers(count)
    const health = minAvailable === undefined ? {} : { minAvailable }
    const { balancer, clock } = checkedPool(listed, { healthCheck, balancer: { health } })
    for (const server of servers) server.status = 500
    for (let rounds = 0; rounds < 5; rounds += 1) await clock.round()
    expect(states(balancer).filter((state) => state === 'ejected').length).toBeLessThanOrEqual(most)
    expect(picked(balancer, 20).size).toBeGreaterThan(0)
  })
})

describe('a server that was ejected for its payments', () => {
  test('is not cleared by checks that pass: they count from the ejection on, and only end its waiting time', async () => {
    const { listed } = await startServers(3)
    const time = new Still()
    const { balancer, clock } = checkedPool(listed, { healthCheck, balancer: { clock: time, strategy: 'round-robin' } })
    for (let rounds = 0; rounds < 3; rounds += 1) await clock.round()
    fail(balancer, 'a')
    expect(states(balancer)).toEqual(['ejected', 'healthy', 'healthy'])
    await clock.untilAsleep(3)
    await clock.round()
    expect(states(balancer)[0]).toBe('ejected')
    await clock.round()
    expect(states(balancer)[0]).toBe('probation')
    for (let rounds = 0; rounds < 5; rounds += 1) await clock.round()
    expect(states(balancer)[0]).toBe('probation')
  })

  test('is not tried on the strength of a check that began before', async () => {
    const slow = await startRawServer()
    const own = { ...healthCheck, healthyAfter: 1 }
    const servers = [
      { id: 'a', url: `http://127.0.0.1:${slow.port}`, healthCheck: own },
      'http://127.0.0.1:1',
      'http://127.0.0.1:2',
    ]
    const { balancer, clock, reports } = checkedPool(servers, { balancer: { strategy: 'round-robin' } })
    clock.advance(2_500)
    await expect.poll(() => slow.requests()).toBe(1)
    fail(balancer, 'a')
    slow.sockets[0]?.write(ok)
    await clock.untilAsleep(1)
    expect([reports, states(balancer)[0]]).toEqual([[], 'ejected'])
    clock.advance(5_000)
    await expect.poll(() => slow.requests()).toBe(2)
    slow.sockets[1]?.write(ok)
    await clock.untilAsleep(1)
    expect([reports, states(balancer)[0]]).toEqual([['a passed'], 'probation'])
  })
})

test('the load that a check brings is known to the balancer', async () => {
  const server = await startStatusServer(200, 'endpoint-load-metrics: TEXT cpu_utilization=0.7\r\n')
  const time = new Still()
  const { balancer, clock } = checkedPool([server.url], { healthCheck, balancer: { clock: time } })
  time.nowMs += 60_000
  await clock.round()
  expect(balancer.snapshot().servers[0]?.load).toBe(0.7)
})
