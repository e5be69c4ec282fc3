import { describe, expect, test } from 'vitest'
import { createBalancer } from '../src/index.ts'
import type { Observer, Warning } from '../src/index.ts'
import { eject, fleet, send, serverNamed } from './support/fleet.ts'

const throwing = (): never => {
  throw new Error('this observer always throws')
}

describe('observers', () => {
  test('are all told, the one in the options first', () => {
    const told: string[] = []
    const { balancer } = fleet({ observer: { onPick: () => told.push('first') } })
    balancer.observe({ onPick: () => told.push('second') })
    send(balancer)
    expect(told).toEqual(['first', 'second'])
  })

  test('are no longer told when they were taken away', () => {
    const told: string[] = []
    const { balancer } = fleet()
    const stop = balancer.observe({ onPick: ({ server }) => told.push(server.id) })
    send(balancer)
    stop()
    stop()
    send(balancer)
    expect(told).toHaveLength(1)
  })

  test('may come and go while they are told', () => {
    const told: string[] = []
    const { balancer } = fleet()
    const stop = balancer.observe({
      onPick: () => {
        stop()
        balancer.observe({ onPick: () => told.push('late') })
      },
    })
    send(balancer)
    expect(told).toEqual([])
    send(balancer)
    expect(told).toEqual(['late'])
  })

  test('have the hooks that they came with', () => {
    const told: string[] = []
    const observer: Observer = { onPick: () => told.push('pick') }
    const { balancer } = fleet({ observer })
    observer.onAttemptEnd = () => told.push('attempt')
    observer.onPick = () => told.push('another pick')
    send(balancer)
    expect(told).toEqual(['another pick'])
  })

  test('keep their this', () => {
    class Counting implements Observer {
      count = 0
      onPick(): void {
        this.count += 1
      }
    }
    const observer = new Counting()
    send(fleet({ observer }).balancer)
    expect(observer.count).toBe(1)
  })

  test('that throw are reported once each, and stop nobody else', () => {
    const warnings: Warning[] = []
    let picks = 0
    const { balancer } = fleet({ ledger: 'shared', observer: { onPick: throwing, onServerAdded: throwing } })
    balancer.observe({ onPick: throwing })
    balancer.observe({ onPick: () => (picks += 1), onWarning: (warning) => warnings.push(warning) })
    send(balancer)
    send(balancer)
    balancer.add(serverNamed('d'))
    expect(picks).toBe(2)
    expect(warnings.map((warning) => warning.code)).toEqual(['observer-threw', 'observer-threw'])
    expect(warnings[0]?.message).toContain('onPick')
    expect(warnings[0]?.error).toBeInstanceOf(Error)
  })

  test('that throw in onWarning or have hooks that cannot be read harm nobody', () => {
    const unreadable = Object.defineProperty({}, 'onPick', { get: throwing })
    const { balancer } = fleet({ observer: { onPick: throwing, onWarning: throwing } })
    balancer.observe(unreadable)
    expect(send(balancer)).toBeTypeOf('string')
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('hear of a change of health once', () => {
    const changes: string[] = []
    const one = fleet({
      observer: { onHealthChange: ({ before, after }) => changes.push(`${before.state} → ${after.state}`) },
    })
    eject(one, 'a')
    one.clock.advance(20_000)
    send(one.balancer, { method: 'GET' })
    send(one.balancer, { method: 'GET' })
    send(one.balancer, { method: 'GET' })
    expect(changes).toEqual(['healthy → ejected', 'ejected → probation', 'probation → healthy'])
  })
})

test('a hook that would never be called is refused, because it is misspelt', () => {
  const observer = { onPaymentEnds: () => {} } as never
  const about = 'observer.onPaymentEnds: unknown hook; known hooks are onPick, '
  expect(() => createBalancer({ servers: ['http://a.test'], observer })).toThrow(about)
  expect(() => createBalancer({ servers: ['http://a.test'] }).observe(observer)).toThrow(about)
})
