import { describe, expect, test } from 'vitest'
import { NoServerAvailableError } from '../../src/index.ts'
import type { Observer } from '../../src/index.ts'
import { eject, fleet, lettered, send, sequence, serverNamed, stateOf, tally } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

function watched(): { readonly told: string[]; readonly observer: Observer } {
  const told: string[] = []
  const observer: Observer = {
    onServerAdded: (server) => told.push(`+${server.id} ${server.url}`),
    onServerRemoved: (server) => told.push(`-${server.id} ${server.url}`),
  }
  return { told, observer }
}

const idsOf = ({ balancer }: ReturnType<typeof fleet>): string[] => balancer.servers.map((server) => server.id)

describe('add', () => {
  test('brings a server into the turn, and tells the observer', () => {
    const { told, observer } = watched()
    const one = fleet({ observer })
    one.balancer.add('http://10.0.0.9:8080')
    one.clock.advance(30_000)
    expect(idsOf(one)).toEqual(['a', 'b', 'c', '10.0.0.9:8080'])
    expect(Object.keys(tally(Array.from({ length: 8 }, () => send(one.balancer))))).toContain('10.0.0.9:8080')
    expect(told).toEqual(['+10.0.0.9:8080 http://10.0.0.9:8080'])
  })

  test('forgives no other server', () => {
    const one = fleet()
    eject(one, 'b')
    one.balancer.add(serverNamed('d'))
    expect(stateOf(one.balancer, 'b')).toBe('ejected')
    expect(tally(sequence(one.balancer, 30))['b']).toBeUndefined()
  })
})

describe('remove', () => {
  test('takes a server out at once, and lets its requests end', () => {
    const { told, observer } = watched()
    const one = fleet({ observer })
    const leases = Array.from({ length: 3 }, () => one.balancer.pick())
    one.balancer.remove('b')
    expect(idsOf(one)).toEqual(['a', 'c'])
    expect(tally(sequence(one.balancer, 10))).toEqual({ a: 5, c: 5 })
    expect(one.balancer.snapshot().inFlight).toBe(3)
    for (const lease of leases) lease.record(refusedConnection)
    for (const lease of leases) lease.release('cut')
    expect(one.balancer.snapshot().inFlight).toBe(0)
    expect(told).toEqual(['-b http://b.test:8080'])
  })

  test('of the last server leaves nobody to pick', () => {
    const { balancer } = fleet({ servers: lettered(1) })
    balancer.remove('a')
    expect(() => balancer.pick()).toThrow(NoServerAvailableError)
    expect(balancer.snapshot()).toMatchObject({ servers: [], inFlight: 0, degraded: false })
  })

  test('forgets: a server that comes back under the same id begins anew', () => {
    const one = fleet()
    const lease = one.balancer.pick()
    const { id } = lease.server
    eject(one, id)
    one.balancer.remove(id)
    one.balancer.add(serverNamed(id))
    lease.record(refusedConnection)
    lease.release()
    expect(one.balancer.snapshot().servers.find((server) => server.id === id)).toMatchObject({
      inFlight: 0,
      outcomes: {},
      health: { state: 'healthy' },
    })
  })
})

describe('drain', () => {
  test('stops picking, and resolves when nothing is in flight any more', async () => {
    const { balancer } = fleet()
    const leases = Array.from({ length: 6 }, () => balancer.pick()).filter((lease) => lease.server.id === 'b')
    let isDrained = false
    const drained = balancer.drain('b').then(() => (isDrained = true))
    expect(tally(sequence(balancer, 10))).toEqual({ a: 5, c: 5 })
    leases[0]?.release()
    await new Promise(setImmediate)
    expect(isDrained).toBe(false)
    leases[1]?.release()
    await drained
    expect(balancer.snapshot().servers[1]).toMatchObject({ id: 'b', isDraining: true, inFlight: 0 })
  })

  test('of an idle server is over at once', async () => {
    const { balancer } = fleet()
    await expect(balancer.drain('a')).resolves.toBeUndefined()
  })

  test('ends also when the server is removed meanwhile', async () => {
    const { balancer } = fleet({ servers: lettered(1) })
    const lease = balancer.pick()
    const drained = balancer.drain('a')
    balancer.remove('a')
    lease.release()
    await expect(drained).resolves.toBeUndefined()
  })

  test('lets nobody pick the server, not even in need', () => {
    const { balancer } = fleet({ servers: lettered(1, 1), panic: 'all' })
    void balancer.drain('a')
    expect(() => balancer.pick({ method: 'GET', exclude: new Set(['b']) })).toThrow(/1 draining, 1 tried already/u)
  })

  test('makes the server’s last failures a matter of nobody’s health', () => {
    const one = fleet()
    const leases = Array.from({ length: 15 }, () => one.balancer.pick()).filter((lease) => lease.server.id === 'b')
    void one.balancer.drain('b')
    for (const lease of leases) lease.record(refusedConnection)
    expect(stateOf(one.balancer, 'b')).toBe('healthy')
    eject(one, 'a')
    expect(stateOf(one.balancer, 'a')).toBe('ejected')
  })

  test('rejects for an unknown server', async () => {
    const { balancer } = fleet()
    await expect(balancer.drain('z')).rejects.toThrow(/no server "z" is listed; there are a, b, c/u)
  })
})

describe('update', () => {
  test('keeps what is known of the server', () => {
    const one = fleet()
    const lease = one.balancer.pick()
    one.clock.advance(30)
    lease.record(succeeded)
    const { id } = lease.server
    one.balancer.update(id, { weight: 5, maxInFlight: 9, meta: { rack: 4 } })
    const server = one.balancer.snapshot().servers.find((known) => known.id === id)
    expect(server).toMatchObject({ weight: 5, inFlight: 1, responseTimeMs: 30, outcomes: { succeeded: 1 } })
    expect(one.balancer.servers.find((known) => known.id === id)).toMatchObject({ maxInFlight: 9, meta: { rack: 4 } })
  })

  test('keeps an ejection', () => {
    const one = fleet()
    eject(one, 'a')
    one.balancer.update('a', { weight: 2 })
    expect(stateOf(one.balancer, 'a')).toBe('ejected')
  })

  test('leaves alone what is not given, or given as undefined', () => {
    const servers = [serverNamed('a', { weight: 0, maxInFlight: 7, ledger: 'eu', meta: 'm' }), serverNamed('b')]
    const { balancer } = fleet({ servers })
    const before = balancer.servers[0]
    balancer.update('a', {})
    expect(balancer.servers[0]).toEqual(before)
    const nothing: object = { weight: undefined, maxInFlight: undefined, url: undefined }
    balancer.update('a', nothing)
    expect(balancer.servers[0]).toEqual(before)
  })

  test('of the address is told as a server that left and one that came', () => {
    const { told, observer } = watched()
    const { balancer } = fleet({ observer })
    balancer.update('b', { url: 'https://other.test/base' })
    expect(told).toEqual(['-b http://b.test:8080', '+b https://other.test/base'])
    expect(balancer.servers[1]).toMatchObject({ id: 'b', origin: 'https://other.test', basePath: '/base' })
  })

  test('of anything else is not', () => {
    const { told, observer } = watched()
    const { balancer } = fleet({ observer })
    balancer.update('b', { weight: 3 })
    expect(told).toEqual([])
  })

  test('to weight 0 sends it nothing while others are there', () => {
    const { balancer } = fleet()
    balancer.update('b', { weight: 0 })
    expect(tally(sequence(balancer, 10))).toEqual({ a: 5, c: 5 })
    balancer.update('b', { weight: 1 })
    expect(Object.keys(tally(sequence(balancer, 9)))).toHaveLength(3)
  })
})

describe('replace', () => {
  test('makes the list equal, in the new order', () => {
    const { told, observer } = watched()
    const one = fleet({ observer })
    one.balancer.replace([serverNamed('d'), serverNamed('c'), 'http://10.0.0.9'])
    expect(idsOf(one)).toEqual(['d', 'c', '10.0.0.9:80'])
    expect(told.toSorted()).toEqual([
      '+10.0.0.9:80 http://10.0.0.9',
      '+d http://d.test:8080',
      '-a http://a.test:8080',
      '-b http://b.test:8080',
    ])
  })

  test('keeps the state of those that stay', () => {
    const one = fleet()
    const lease = one.balancer.pick({ exclude: new Set(['a', 'b']) })
    eject(one, 'a')
    one.balancer.replace(['a', 'c', 'd'].map((id) => serverNamed(id)))
    expect(stateOf(one.balancer, 'a')).toBe('ejected')
    expect(one.balancer.snapshot().servers.map((server) => server.inFlight)).toEqual([0, 1, 0])
    lease.release()
  })

  test('takes no ejected server back because its peers are exchanged', () => {
    const one = fleet()
    eject(one, 'a')
    one.balancer.replace(['a', 'x', 'y'].map((id) => serverNamed(id)))
    expect(stateOf(one.balancer, 'a')).toBe('ejected')
  })

  test('changes nothing when one of the servers is wrong', () => {
    const one = fleet()
    expect(() => one.balancer.replace([serverNamed('x'), serverNamed('y', { weight: -1 })])).toThrow(/servers\[1\]/u)
    expect(idsOf(one)).toEqual(['a', 'b', 'c'])
  })
})

test('the list of servers is the same object until it changes', () => {
  const { balancer } = fleet()
  const before = balancer.servers
  sequence(balancer, 3)
  expect(balancer.servers).toBe(before)
  balancer.add(serverNamed('d'))
  expect(balancer.servers).not.toBe(before)
})

test('an unknown id is answered with the first twenty that are known', () => {
  const { balancer } = fleet({ servers: Array.from({ length: 25 }, (_, index) => serverNamed(`s${index}`)) })
  expect(() => balancer.remove('z')).toThrow(/no server "z" is listed; there are s0, .*, s19 and 5 more$/u)
})
