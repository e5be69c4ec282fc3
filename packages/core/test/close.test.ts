import { describe, expect, test } from 'vitest'
import { NoServerAvailableError } from '../src/index.ts'
import { fleet } from './support/fleet.ts'
import { VirtualClock } from './support/virtual-clock.ts'

function closing(): ReturnType<typeof fleet> & {
  readonly order: string[]
  readonly note: (word: string) => () => void
} {
  const order: string[] = []
  const clock = new VirtualClock({ sleepsPass: false })
  const one = fleet({ clock, observer: { onClose: () => order.push('onClose') } })
  return { ...one, order, note: (word) => () => void order.push(word) }
}

describe('close', () => {
  test('picks nothing any more', async () => {
    const { balancer } = closing()
    await balancer.close()
    expect(() => balancer.pick()).toThrow(NoServerAvailableError)
    expect(() => balancer.pick()).toThrow(/closed/u)
  })

  test('waits for what is in flight, and tells its observers before it resolves', async () => {
    const { balancer, order, note } = closing()
    const lease = balancer.pick()
    const closed = balancer.close().then(note('closed'))
    note('released')()
    lease.release()
    await closed
    expect(order).toEqual(['released', 'onClose', 'closed'])
  })

  test('waits also for what is in flight to a server that was removed', async () => {
    const { balancer, order, note } = closing()
    const lease = balancer.pick()
    balancer.remove(lease.server.id)
    const closed = balancer.close().then(note('closed'))
    await Promise.resolve()
    expect(order).toEqual([])
    lease.release()
    await closed
    expect(order).toEqual(['onClose', 'closed'])
  })

  test.each([
    [undefined, 10_000],
    [{ withinMs: 250 }, 250],
  ])('with %j waits no longer than %d ms', async (options, ms) => {
    const { balancer, clock, order, note } = closing()
    const lease = balancer.pick()
    const closed = balancer.close(options).then(note('closed'))
    clock.advance(ms - 1)
    await new Promise(setImmediate)
    expect(order).toEqual([])
    clock.advance(1)
    await closed
    expect(order).toEqual(['onClose', 'closed'])
    lease.release()
  })

  test('happens once, however often it is asked for', async () => {
    const { balancer, order } = closing()
    await Promise.all([balancer.close(), balancer.close()])
    await balancer.close()
    expect(order).toEqual(['onClose'])
  })
})
