import { describe, expect, test } from 'vitest'
import { journalKey } from '../../src/index.ts'
import type { Resolution } from '../../src/index.ts'
import { leaveOpen, recovering } from '../support/left-open.ts'
import { keyed, pay } from '../support/pay.ts'
import { answer, failing, reset } from '../support/scripted-call.ts'

/* What nobody can find out is decided by a person, but never over the head of a payment that is running. */

describe('resolve', () => {
  test.each<[Resolution, string]>([
    ['succeeded', 'is closed'],
    ['declined', 'is closed'],
    ['not-executed', 'frees its key'],
  ])('by a person: a payment that is %s %s', async (resolution) => {
    const { balancer } = recovering()
    await leaveOpen(balancer, 'k1')
    await balancer.resolve('k1', resolution)
    expect(await balancer.unsettled()).toEqual([])
  })

  test('as not executed lets the key go wherever the strategy says', async () => {
    const { balancer } = recovering()
    await leaveOpen(balancer, 'order-17')
    balancer.remove('a')
    expect((await pay(balancer, [answer(201)])).tried).toBe('')
    await balancer.resolve('order-17', 'not-executed')
    expect((await pay(balancer, [answer(201)])).tried).toBe('b')
  })

  test('takes the key with its scope', async () => {
    const { balancer } = recovering()
    await pay(balancer, [reset], { ...keyed, keyScope: 'shop' })
    expect(await failing(balancer.resolve('order-17', 'succeeded'))).toMatchObject({ code: 'bad-request' })
    await balancer.resolve(journalKey('order-17', 'shop'), 'succeeded')
    expect(await balancer.unsettled()).toEqual([])
  })

  test('tells onUnknown anew when the key is in doubt once more', async () => {
    const { balancer, unknown } = recovering()
    await leaveOpen(balancer, 'k1', 'k1')
    await balancer.resolve('k1', 'not-executed')
    await leaveOpen(balancer, 'k1')
    expect(unknown).toEqual(['k1', 'k1'])
  })

  test.each<[string, string, unknown]>([
    ['a key that nobody knows', 'k9', 'succeeded'],
    ['a word that is no decision', 'k1', 'unknown'],
    ['nothing at all', 'k1', undefined],
  ])('refuses %s, and changes nothing', async (_, key, outcome) => {
    const { balancer } = recovering()
    await leaveOpen(balancer, 'k1')
    expect(await failing(balancer.resolve(key, outcome as Resolution))).toMatchObject({ code: 'bad-request' })
    expect(await balancer.unsettled()).toMatchObject([{ key: 'k1', state: 'open' }])
  })

  test('refuses a payment that is being carried', async () => {
    const { balancer } = recovering()
    let refused: unknown
    const during = async (): Promise<typeof reset> => {
      refused = await failing(balancer.resolve('order-17', 'not-executed'))
      return reset
    }
    await pay(balancer, [during])
    expect(refused).toMatchObject({ code: 'bad-request' })
  })

  test('refuses one that is settled', async () => {
    const { balancer } = recovering()
    await pay(balancer, [answer(201)])
    expect(await failing(balancer.resolve('order-17', 'not-executed'))).toMatchObject({ code: 'bad-request' })
  })
})
