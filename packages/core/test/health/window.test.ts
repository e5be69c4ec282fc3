import { describe, expect, test } from 'vitest'
import type { Balancer } from '../../src/index.ts'
import { byRateOnly, eject, fleet, hold, inState, lettered, send, sendTo, stateOf } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { refusedConnection, serverError, succeeded } from '../support/outcomes.ts'

const judged = (options: FleetOptions = {}): Fleet => fleet({ health: byRateOnly, ...options })
const equal = (count: number) => lettered(...Array.from({ length: count }, () => 1))

/** Sends requests of which every n-th of one server fails. @returns how many failed */
function failEvery(balancer: Balancer, id: string, period: number, requests: number): number {
  let [own, failures] = [0, 0]
  for (let request = 0; request < requests; request += 1) {
    const lease = balancer.pick()
    own += lease.server.id === id ? 1 : 0
    const fails = lease.server.id === id && own % period === 0
    failures += fails ? 1 : 0
    lease.record(fails ? serverError : succeeded)
    lease.release()
  }
  return failures
}

describe('a server that fails more often than the others', () => {
  test.each([2, 3, 5, 10])('is ejected out of %d, though it never fails twice in a row', (servers) => {
    const { balancer } = judged({ servers: equal(servers) })
    failEvery(balancer, 'a', 2, 400)
    expect(inState(balancer, 'ejected')).toBe('a')
  })

  test('needs five failures', () => {
    const { balancer } = judged()
    for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 1_000)
    sendTo(balancer, 'a', serverError, 4)
    expect(stateOf(balancer, 'a')).toBe('healthy')
    sendTo(balancer, 'a', serverError)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test('is judged only when it fails', () => {
    const { balancer } = judged()
    sendTo(balancer, 'a', serverError, 20)
    for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 100)
    sendTo(balancer, 'a', succeeded)
    expect(stateOf(balancer, 'a')).toBe('healthy')
    sendTo(balancer, 'a', serverError)
    expect(stateOf(balancer, 'a')).toBe('ejected')
  })

  test.each([
    [29_999, 'ejected'],
    [30_000, 'healthy'],
  ])('has failures of %d ms ago held against it or not: %s', (laterMs, state) => {
    const { balancer, clock } = judged()
    clock.advance(3_000 - (clock.now() % 3_000))
    sendTo(balancer, 'a', serverError, 4)
    clock.advance(laterMs)
    for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 100)
    sendTo(balancer, 'a', serverError)
    expect(stateOf(balancer, 'a')).toBe(state)
  })

  test('is measured by what the others did in the same time', () => {
    const { balancer, clock } = judged()
    for (const id of ['b', 'c']) sendTo(balancer, id, succeeded, 1_000)
    clock.advance(30_000)
    sendTo(balancer, 'a', serverError, 20)
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })

  test('answers 200 and then cuts its streams', () => {
    const { balancer } = fleet()
    for (let request = 0; request < 60; request += 1) {
      const lease = balancer.pick()
      lease.record(succeeded)
      lease.release(lease.server.id === 'a' ? 'cut' : 'complete')
    }
    expect(inState(balancer, 'ejected')).toBe('a')
  })
})

describe('nobody stands out', () => {
  test.each([2, 3, 6])('when all of %d servers fail half of the time', (servers) => {
    const { balancer } = judged({ servers: equal(servers) })
    for (let request = 0; request < 600; request += 1) {
      send(balancer, {}, Math.floor(request / servers) % 2 === 0 ? serverError : succeeded)
    }
    expect(inState(balancer, 'healthy')).toHaveLength(servers)
  })

  test('with 99.9 % among servers with 100 %', () => {
    const { balancer } = judged({ health: { ...byRateOnly, windowMs: 3_600_000 } })
    expect(failEvery(balancer, 'a', 1_000, 30_000)).toBe(10)
    expect(inState(balancer, 'healthy')).toBe('abc')
  })

  test('with 94 % among servers with 97 %: the gap is too small', () => {
    const { balancer } = judged({ health: { ...byRateOnly, windowMs: 3_600_000 } })
    for (let round = 0; round < 100; round += 1) {
      for (const id of ['a', 'b', 'c']) {
        sendTo(balancer, id, succeeded, id === 'a' ? 94 : 97)
        sendTo(balancer, id, serverError, id === 'a' ? 6 : 3)
      }
    }
    expect(inState(balancer, 'healthy')).toBe('abc')
  })
})

describe('the history of a server', () => {
  test('is over with its ejection: afterwards it is judged anew', () => {
    const one = judged({ random: () => 0.5 })
    for (const id of ['b', 'c']) sendTo(one.balancer, id, succeeded, 100)
    sendTo(one.balancer, 'a', serverError, 5)
    one.clock.advance(10_000)
    sendTo(one.balancer, 'a', succeeded, 2)
    sendTo(one.balancer, 'a', serverError, 4)
    expect(stateOf(one.balancer, 'a')).toBe('healthy')
    sendTo(one.balancer, 'a', serverError)
    expect(stateOf(one.balancer, 'a')).toBe('ejected')
  })

  test.each(['is ejected', 'is removed'])('no longer hides others that are bad when it %s', (how) => {
    const one = fleet({ servers: equal(6), health: { consecutiveFailures: 30, freezeShare: 1 } })
    sendTo(one.balancer, 'a', serverError, 29)
    if (how === 'is ejected') eject(one, 'a')
    else one.balancer.remove('a')
    sendTo(one.balancer, 'c', succeeded, 50)
    sendTo(one.balancer, 'b', serverError, 5)
    expect(stateOf(one.balancer, 'b')).toBe('ejected')
  })

  test('of a removed server is not written on by its late results', () => {
    const { balancer } = judged({ servers: equal(4) })
    const late = hold(balancer, 'a', 60)
    balancer.remove('a')
    for (const lease of late) lease.record(refusedConnection)
    sendTo(balancer, 'c', succeeded, 50)
    sendTo(balancer, 'b', serverError, 5)
    expect(stateOf(balancer, 'b')).toBe('ejected')
  })
})
