import { describe, expect, test } from 'vitest'
import { fleet, knownOf, lettered } from '../support/fleet.ts'
import { recordingStrategy } from '../support/recording-strategy.ts'
import { answer, scripted } from '../support/scripted-call.ts'

const nonsense = [Number.NaN, -0.1, -Infinity, Infinity]
const noNumbers = [undefined, null, '0.5', {}, true] as unknown as readonly number[]

describe('a load that is none', () => {
  test.each(nonsense)('%s by reportLoad is ignored: the last one stays', (load) => {
    const { balancer, clock } = fleet({ strategy: 'load-based' })
    clock.advance(10_000)
    balancer.reportLoad('a', load)
    expect(knownOf(balancer, 'a').load).toBeNull()
    balancer.reportLoad('a', 0.4)
    balancer.reportLoad('a', load)
    expect(knownOf(balancer, 'a').load).toBe(0.4)
  })

  test.each(noNumbers)('%s by reportLoad is an error, which changes nothing', (load) => {
    const { balancer, clock } = fleet()
    clock.advance(10_000)
    balancer.reportLoad('a', 0.4)
    expect(() => balancer.reportLoad('a', load)).toThrow(/^load: .* is not allowed; expected a number$/u)
    expect(() => balancer.reportLoad('stranger', load)).toThrow(/^load: /u)
    expect(knownOf(balancer, 'a').load).toBe(0.4)
  })

  test.each([undefined, null, 7, {}] as unknown as readonly string[])('of an id that is %s is an error', (id) => {
    const { balancer } = fleet()
    expect(() => balancer.reportLoad(id, 0.5)).toThrow(
      /^id: .* is not allowed; expected the id of a server, a string$/u,
    )
    expect(() => balancer.reportCheck(id, true)).toThrow(/^id: .* is not allowed/u)
  })

  test.each(['NaN', '-1', 'Infinity', '', 'high', '1e999'])('%j in the header is ignored', async (load) => {
    const { balancer, clock } = fleet({ strategy: 'load-based', servers: lettered(1) })
    clock.advance(10_000)
    balancer.reportLoad('a', 0.4)
    const headers = new Headers({ 'endpoint-load-metrics': `TEXT application_utilization=${load}` })
    await balancer.run(scripted([answer(200, { headers })]))
    expect(knownOf(balancer, 'a').load).toBe(0.4)
  })

  test.each(['stranger', '__proto__', ''])('of the unknown server %j is ignored', (id) => {
    const { balancer } = fleet()
    const before = balancer.snapshot()
    balancer.reportLoad(id, 0.5)
    balancer.reportCheck(id, false)
    expect(balancer.snapshot()).toEqual(before)
  })

  test('of a removed server does not reach the one that comes in its place', () => {
    const { balancer, clock } = fleet()
    balancer.reportLoad('a', 0.9)
    balancer.remove('a')
    balancer.reportLoad('a', 0.9)
    balancer.add('http://a.test')
    clock.advance(10_000)
    expect(knownOf(balancer, 'a.test:80').load).toBeNull()
  })
})

describe('a load', () => {
  test.each([0, 0.5, 1, 7])('of %d is one', (load) => {
    const { balancer, clock } = fleet()
    clock.advance(10_000)
    balancer.reportLoad('a', load)
    expect(knownOf(balancer, 'a').load).toBe(load)
  })

  test('is not used in the first 10 s of a server, nor after 3 min', () => {
    const { balancer, clock } = fleet()
    balancer.reportLoad('a', 0.5)
    const seen = [9_999, 1, 170_000, 1].map((ms) => {
      clock.advance(ms)
      return knownOf(balancer, 'a').load
    })
    expect(seen).toEqual([null, 0.5, 0.5, null])
  })

  test('counts what was sent since, and is still in flight', () => {
    const strategy = recordingStrategy()
    const { balancer } = fleet({ strategy, servers: lettered(1) })
    const sinceReport = (): number | undefined => {
      balancer.pick().release()
      return strategy.lists[0]?.[0]?.inFlightSinceReport
    }
    const before = [balancer.pick(), balancer.pick()]
    balancer.reportLoad('a', 0.5)
    const after = [balancer.pick(), balancer.pick(), balancer.pick()]
    expect(sinceReport()).toBe(3)
    for (const lease of before) lease.release()
    expect(sinceReport()).toBe(3)
    after[0]?.release()
    expect(sinceReport()).toBe(2)
    balancer.reportLoad('a', 0.5)
    for (const lease of after) lease.release()
    expect(sinceReport()).toBe(0)
  })
})
