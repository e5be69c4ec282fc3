import { describe, expect, test } from 'vitest'
import type { Balancer, Lease } from '../../src/index.ts'
import { fleet, hold, knownOf, lettered, serverNamed } from '../support/fleet.ts'
import { healthStory } from '../support/health-story.ts'
import { refusedConnection, serverError, succeeded } from '../support/outcomes.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const everything = (lease: Lease): void => {
  lease.record(refusedConnection)
  lease.record(succeeded)
  lease.release('cut')
  lease.record(serverError)
  lease.release()
  lease.release('cut')
}

const tenThousand = (prefix: string, from = 0) =>
  Array.from({ length: 10_000 }, (_, index) => serverNamed(`${prefix}${index + from}`))

const counted = (balancer: Balancer) => ({
  inFlight: balancer.snapshot().inFlight,
  servers: balancer.snapshot().servers.map(({ id, inFlight, picks, outcomes }) => [id, inFlight, picks, outcomes]),
})

describe('leases that end when their server', () => {
  test('was removed count for the pool, and for nobody else', () => {
    const { told, observer } = healthStory()
    const { balancer } = fleet({ observer })
    const leases = hold(balancer, 'a', 20)
    balancer.remove('a')
    const others = balancer.snapshot().servers
    for (const lease of leases) everything(lease)
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, servers: others, degraded: false })
    expect(told).toEqual([])
  })

  test('was removed and added again are not those of the new one', () => {
    const { told, observer } = healthStory()
    const { balancer } = fleet({ observer })
    const old = hold(balancer, 'a', 20)
    balancer.remove('a')
    balancer.add(serverNamed('a'))
    const [young] = hold(balancer, 'a', 1)
    for (const lease of old) everything(lease)
    expect([knownOf(balancer, 'a').inFlight, balancer.snapshot().inFlight, told]).toEqual([1, 1, []])
    young?.record(succeeded)
    young?.release()
    expect(knownOf(balancer, 'a')).toMatchObject({ inFlight: 0, picks: 1, outcomes: { succeeded: 1 }, failureRate: 0 })
  })

  test('was replaced by one with another address count on: it is the same server', () => {
    const { balancer } = fleet()
    const [lease] = hold(balancer, 'a', 1)
    balancer.replace([serverNamed('a', { url: 'http://elsewhere.test' })])
    expect(lease?.server.url).toBe('http://a.test:8080')
    lease?.record(succeeded)
    lease?.release()
    expect(counted(balancer)).toEqual({ inFlight: 0, servers: [['a', 0, 1, { succeeded: 1 }]] })
  })

  test('is draining are the last ones', async () => {
    const { balancer } = fleet()
    const leases = hold(balancer, 'a', 5)
    const drained = Promise.all([balancer.drain('a'), balancer.drain('a')])
    for (const lease of leases) everything(lease)
    await expect(drained).resolves.toEqual([undefined, undefined])
    expect(knownOf(balancer, 'a')).toMatchObject({ inFlight: 0, health: { state: 'healthy' } })
  })

  test('belongs to a balancer that was closed still count', async () => {
    const { balancer } = fleet({ clock: new VirtualClock({ sleepsPass: false }) })
    const leases = hold(balancer, 'a', 3)
    let isClosed = false
    const closed = balancer.close().then(() => (isClosed = true))
    for (const lease of leases.slice(1)) everything(lease)
    await new Promise(setImmediate)
    expect(isClosed).toBe(false)
    for (const lease of leases) everything(lease)
    await closed
    expect(knownOf(balancer, 'a')).toMatchObject({ inFlight: 0, outcomes: { 'not-sent': 3 } })
  })
})

describe('10 000 servers replaced at once', () => {
  test('with leases out: no counter is lost or invented', () => {
    const added = { count: 0 }
    const removed = { count: 0 }
    const observer = { onServerAdded: () => (added.count += 1), onServerRemoved: () => (removed.count += 1) }
    const { balancer } = fleet({ servers: tenThousand('s'), observer, strategy: 'random' })
    const leases = Array.from({ length: 500 }, () => balancer.pick())
    balancer.replace(tenThousand('s', 5_000))
    expect([added.count, removed.count, balancer.servers.length]).toEqual([5_000, 5_000, 10_000])
    const listed = new Set(balancer.servers.map(({ id }) => id))
    const stay = leases.filter(({ server }) => listed.has(server.id))
    const { servers, inFlight } = balancer.snapshot()
    expect(inFlight).toBe(500)
    expect(servers.reduce((sum, server) => sum + server.inFlight, 0)).toBe(stay.length)
    for (const lease of leases) everything(lease)
    const after = balancer.snapshot()
    expect(after.inFlight).toBe(0)
    expect(after.servers.reduce((sum, server) => sum + server.inFlight, 0)).toBe(0)
    expect(after.servers.reduce((sum, server) => sum + (server.outcomes['not-sent'] ?? 0), 0)).toBe(stay.length)
  })

  test('and back leaves a pool that works', () => {
    const { balancer } = fleet({ servers: lettered(1), strategy: 'least-connections' })
    const lease = balancer.pick()
    balancer.replace([...tenThousand('s'), ...lettered(1)])
    balancer.replace(lettered(1))
    expect(counted(balancer)).toEqual({ inFlight: 1, servers: [['a', 1, 1, {}]] })
    lease.release()
    expect(balancer.pick().server.id).toBe('a')
  })
})

describe('weights at run time', () => {
  test.each([Number.NaN, -1, Infinity, '2', null])('an update to %s is refused and changes nothing', (weight) => {
    const { balancer } = fleet({ servers: lettered(1, 2) })
    const before = [balancer.snapshot(), balancer.servers]
    expect(() => balancer.update('a', { weight: weight as number })).toThrow(/server\.weight: .* is not allowed/u)
    expect(() => balancer.replace([serverNamed('a', { weight: weight as number })])).toThrow(/servers\[0\]\.weight/u)
    expect(() => balancer.add(serverNamed('x', { weight: weight as number }))).toThrow(/server\.weight/u)
    expect([balancer.snapshot(), balancer.servers]).toEqual(before)
    expect(balancer.servers).toBe(before[1])
  })
})
