import { createBalancer } from '@paylb/core'
import type { ServerOptions } from '@paylb/core'
import { describe, expect, test } from 'vitest'

import { createHealthChecker } from '../../src/index.ts'
import { checkedPool, startStatusServer } from '../support/checked-pool.ts'
import { watchHandles } from '../support/open-handles.ts'
import { nowhere, unusedPort } from '../support/ports.ts'
import { startRawServer } from '../support/raw-server.ts'

/* When servers are checked, and what is reported. Time is the test's; sockets and answers are real. */

const healthCheck = { path: '/health', timeoutMs: 10_000 }
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

describe('what is reported', () => {
  test('passes and failures in a row, again with each further one', async () => {
    const server = await startStatusServer()
    const { clock, reports } = checkedPool([{ id: 'a', url: server.url }], { healthCheck })
    await clock.round()
    expect(reports).toEqual([])
    await clock.round()
    await clock.round()
    expect(reports.splice(0)).toEqual(['a passed', 'a passed'])
    server.status = 500
    await clock.round()
    await clock.round()
    expect(reports).toEqual([])
    await clock.round()
    await clock.round()
    expect(reports).toEqual(['a failed', 'a failed'])
  })

  test('a TCP check where there is no path, and the failure of one that is refused', async () => {
    const server = await startRawServer()
    const servers = [
      { id: 'a', url: `http://127.0.0.1:${server.port}` },
      { id: 'b', url: `http://127.0.0.1:${await unusedPort()}` },
    ]
    const { clock, reports } = checkedPool(servers, { healthCheck: { healthyAfter: 1, unhealthyAfter: 1 } })
    await clock.round()
    expect(reports.toSorted()).toEqual(['a passed', 'b failed'])
    expect(server.requests()).toBe(0)
  })

  test('nothing, for errors of this machine', async () => {
    const { clock, reports } = checkedPool([`http://${nowhere}`], { healthCheck: { unhealthyAfter: 1 } })
    await clock.round()
    await clock.round()
    expect(reports).toEqual([])
  })

  test('what a server has of its own comes before what was told for all; false switches it off', async () => {
    const servers = await Promise.all([startStatusServer(404), startStatusServer(), startStatusServer()])
    const own = { path: '/own', expectStatus: 404 }
    const differences: Partial<ServerOptions>[] = [{ healthCheck: own }, {}, { healthCheck: false }]
    const listed = servers.map(({ url }, index) => ({ url, id: 'abc'.charAt(index), ...differences[index] }))
    const { clock, reports } = checkedPool(listed, { healthCheck: { ...healthCheck, healthyAfter: 1 } })
    await clock.round()
    expect(reports.toSorted()).toEqual(['a passed', 'b passed'])
    expect(servers.map((server) => server.received[0]?.split(' ')[1])).toEqual(['/own', '/health', undefined])
  })

  test('a server’s own check is made where nothing was told for all', async () => {
    const [own, other] = await Promise.all([startStatusServer(), startStatusServer()])
    const servers = [{ id: 'a', url: own.url, healthCheck: { ...healthCheck, healthyAfter: 1 } }, other.url]
    const { clock, reports } = checkedPool(servers)
    await clock.round()
    expect(reports).toEqual(['a passed'])
    expect(other.sockets).toEqual([])
  })
})

describe('when', () => {
  test('first checks are spread over one interval, by chance', async () => {
    const chances = [0.1, 0.9, 0.4]
    const servers = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3']
    const { clock } = checkedPool(servers, { healthCheck, random: () => chances.shift() ?? 0.5 })
    await clock.untilAsleep(3)
    expect(clock.sleeps).toEqual([500, 4_500, 2_000])
  })

  test('the next check of a slow server starts an interval after the last one has ended, never before', async () => {
    const server = await startRawServer()
    const { clock, reports } = checkedPool([{ id: 'a', url: `http://127.0.0.1:${server.port}` }], {
      healthCheck: { ...healthCheck, healthyAfter: 1 },
    })
    clock.advance(2_500)
    await expect.poll(() => server.requests()).toBe(1)
    clock.advance(1_000_000)
    expect([clock.asleep, server.sockets.length]).toEqual([0, 1])
    server.sockets[0]?.write(ok)
    await clock.untilAsleep(1)
    expect([reports, clock.sleeps, server.requests()]).toEqual([['a passed'], [2_500, 5_000], 1])
    clock.advance(4_999)
    expect(clock.asleep).toBe(1)
    clock.advance(1)
    await expect.poll(() => server.requests()).toBe(2)
  })

  test('a server that answers is checked less often while nothing is picked, and soon after the first pick', async () => {
    const server = await startStatusServer()
    const { balancer, clock } = checkedPool([server.url], { healthCheck })
    for (let count = 0; count < 6; count += 1) await clock.round()
    expect(clock.sleeps).toEqual([2_500, 5_000, 10_000, 20_000, 20_000, 20_000, 20_000])
    clock.advance(1_000)
    balancer.pick().release()
    await clock.untilAsleep(1)
    expect(clock.sleeps.splice(0).at(-1)).toBe(2_500)
    await clock.round()
    balancer.pick().release()
    await clock.round()
    await clock.round()
    expect(clock.sleeps).toEqual([5_000, 5_000, 10_000])
  })

  test('a pick does not put off a check that is due sooner', async () => {
    const server = await startStatusServer()
    const { balancer, clock } = checkedPool([server.url], { healthCheck })
    for (let count = 0; count < 4; count += 1) await clock.round()
    clock.advance(19_000)
    balancer.pick().release()
    await clock.untilAsleep(1)
    expect(clock.sleeps.at(-1)).toBe(1_000)
  })

  test('a server that fails, or has yet to prove itself, is checked at the normal pace, used or not', async () => {
    const server = await startStatusServer()
    const { clock } = checkedPool([server.url], { healthCheck })
    for (let count = 0; count < 4; count += 1) await clock.round()
    clock.sleeps.length = 0
    server.status = 500
    await clock.round()
    await clock.round()
    server.status = 200
    await clock.round()
    await clock.round()
    expect(clock.sleeps).toEqual([5_000, 5_000, 5_000, 10_000])
  })
})

describe('closing', () => {
  test.each(['the checker', 'the balancer'])('%s in the middle of checks leaves nothing', async (closed) => {
    const silent = await startRawServer()
    const openHandles = watchHandles()
    const { balancer, checker, clock, reports } = checkedPool(
      [
        { id: 'http', url: `http://127.0.0.1:${silent.port}/a` },
        { id: 'tls', url: `https://127.0.0.1:${silent.port}/b` },
        { id: 'tcp', url: 'http://127.0.0.1:1' },
      ],
      { healthCheck: { ...healthCheck, unhealthyAfter: 1 } },
    )
    clock.advance(2_500)
    await expect.poll(() => silent.received.filter((bytes) => bytes !== '').length).toBe(2)
    await expect.poll(() => reports).toEqual(['tcp failed'])
    if (closed === 'the balancer') await balancer.close()
    else await checker.close()
    await expect.poll(() => silent.sockets.map((socket) => socket.closed)).toEqual([true, true])
    await expect.poll(openHandles).toEqual([])
    await checker.close()
    expect(reports).toEqual(['tcp failed'])
  })

  test('checks that wait for their turn are not made any more', async () => {
    const server = await startStatusServer()
    const { checker, clock } = checkedPool([server.url], { healthCheck })
    await clock.untilAsleep(1)
    await checker.close()
    clock.advance(1_000_000)
    expect([clock.asleep, server.sockets.length]).toEqual([0, 0])
  })

  test('with the machine’s own time no timer is left', async () => {
    const openHandles = watchHandles()
    const checker = createHealthChecker(createBalancer({ servers: ['http://127.0.0.1:1'] }), { healthCheck })
    expect(openHandles()).toEqual(['Timeout'])
    await checker.close()
    await expect.poll(openHandles).toEqual([])
  })
})
