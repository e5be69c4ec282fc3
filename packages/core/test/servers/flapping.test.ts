import { describe, expect, test } from 'vitest'
import type { Candidate } from '../../src/index.ts'
import { fleet, hold, inState, send, serverNamed, stateOf } from '../support/fleet.ts'
import { refusedConnection, serverError, succeeded } from '../support/outcomes.ts'
import { present } from '../support/present.ts'

const ids = Array.from({ length: 10_000 }, (_, index) => `${index}`)
const servers = ids.map((id) => serverNamed(id))

/** 10 000 servers that are picked in turn, with the lists that the strategy saw and the changes of health. */
function many(health: { readonly maxEjected?: number; readonly freezeShare?: number } = {}) {
  const lists = new Set<readonly Candidate[]>()
  const changes: string[] = []
  let turn = 0
  const one = fleet({
    servers,
    health,
    random: () => 0.5,
    strategy: { pick: (list) => (lists.add(list), present(list[turn++ % list.length])) },
    observer: { onHealthChange: ({ server, after }) => changes.push(`${server.id} ${after.state}`) },
  })
  return { ...one, lists, changes }
}

describe('among 10 000 servers', () => {
  test('records that change nobody’s state change no list', () => {
    const { balancer, lists, changes } = many()
    for (let request = 0; request < 30_000; request += 1) {
      send(balancer, {}, request % 3 === 0 ? serverError : succeeded)
    }
    expect([lists.size, changes]).toEqual([1, []])
  })

  test('a gate, a full server and a report change no list', () => {
    const { balancer, lists } = many()
    for (let request = 0; request < 50; request += 1) {
      const lease = balancer.pick()
      lease.record({ kind: 'overloaded', evidence: 'answered', status: 503 })
      lease.release()
      balancer.reportLoad(lease.server.id, 0.5)
    }
    expect([...lists].filter((list) => list.length === servers.length)).toHaveLength(1)
  })

  test('many ejections between two picks make one new list, not one each', () => {
    const { balancer, lists, changes } = many()
    const leases = Array.from({ length: 9_000 }, () => balancer.pick())
    for (const lease of leases.slice(0, 3_000)) lease.release('cut')
    for (const { server } of leases.slice(0, 3_000)) balancer.reportCheck(server.id, false)
    expect(lists.size).toBe(1)
    send(balancer)
    expect([lists.size, changes.length]).toEqual([2, 3_000])
    expect([...lists].at(-1)).toHaveLength(7_000)
    for (const lease of leases) lease.release()
  })

  test('one that flaps tells each change once and leaves the others where they are', () => {
    const { balancer, clock, changes } = many()
    send(balancer)
    for (let round = 0; round < 5; round += 1) {
      balancer.reportCheck('17', false)
      send(balancer)
      clock.advance(300_000)
      for (let success = 0; success < 2; success += 1) expect(send(balancer, { method: 'GET' })).toBe('17')
    }
    const round = ['17 ejected', '17 probation', '17 healthy']
    expect(changes).toEqual(Array.from({ length: 5 }, () => round).flat())
    expect(balancer.snapshot().servers.filter(({ picks }) => picks > 0).length).toBeLessThan(20)
  })

  test('so many may be ejected as the limit says, and the count stays exact through it all', () => {
    const { balancer, clock } = many({ freezeShare: 1 })
    for (const id of ids) balancer.reportCheck(id, false)
    const out = balancer.snapshot().servers.filter(({ health }) => health.state === 'ejected')
    expect(out).toHaveLength(4_999)
    clock.advance(10_000)
    for (const id of ids) balancer.reportCheck(id, true)
    expect(balancer.snapshot().servers.filter(({ health }) => health.state === 'probation')).toHaveLength(4_999)
    balancer.replace(servers.slice(4_000, 6_000))
    expect(balancer.snapshot().servers.filter(({ health }) => health.state === 'probation')).toHaveLength(999)
    expect(inState(balancer, 'ejected')).toBe('')
  })

  test('a window is only kept for servers that had requests, and one server is judged by all others', () => {
    const { balancer } = many()
    for (let request = 0; request < 2_000; request += 1) send(balancer)
    for (const lease of hold(balancer, '9999', 5)) {
      lease.record(serverError)
      lease.release()
    }
    expect(stateOf(balancer, '9999')).toBe('ejected')
    for (const lease of hold(balancer, '9998', 2)) lease.record(refusedConnection)
    expect(stateOf(balancer, '9998')).toBe('healthy')
  })
})
