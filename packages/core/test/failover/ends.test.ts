import { describe, expect, test } from 'vitest'
import { NoServerAvailableError, PaylbError } from '../../src/index.ts'
import { eject, fleet, lettered } from '../support/fleet.ts'
import { answer, failing, notSent, reset, scripted, timeout } from '../support/scripted-call.ts'

describe('when there is no answer to give', () => {
  test('and no server, the error of the pick is thrown', async () => {
    const { balancer } = fleet({ servers: lettered(1) })
    balancer.remove('a')
    const call = scripted([])
    const error = await failing(balancer.run(call))
    expect(error).toBeInstanceOf(NoServerAvailableError)
    expect(error).toMatchObject({ code: 'no-server-available', outcome: 'not-executed', attempts: [] })
    expect(call.told).toEqual([{ outcome: 'not-executed', attempts: [] }])
  })

  test('and the pool is full, the overload is thrown', async () => {
    const { balancer } = fleet({ maxInFlight: 1 })
    const lease = balancer.pick()
    expect(await failing(balancer.run(scripted([])))).toMatchObject({ code: 'overloaded', outcome: 'not-executed' })
    lease.release()
  })

  test('the outcome is unknown for a GET whose servers all failed', async () => {
    const call = scripted([timeout, reset, notSent], { method: 'GET' })
    const error = await failing(fleet().balancer.run(call))
    expect(error).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown', attempts: [{}, {}, {}] })
  })

  test('the error carries what happened, with times, and its cause', async () => {
    const { balancer, clock } = fleet({ random: () => 0 })
    const slow = (): typeof timeout => {
      clock.advance(400)
      return timeout
    }
    const error = await failing(balancer.run(scripted([notSent, slow])))
    expect(PaylbError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({
      cause: timeout.error,
      timedOut: true,
      attempts: [
        {
          server: 'a',
          evidence: 'not-sent',
          outcome: 'not-sent',
          trouble: 'connection',
          startedAfterMs: 0,
          durationMs: 0,
        },
        { evidence: 'sent', outcome: 'unknown', trouble: 'timeout', startedAfterMs: 0, durationMs: 400 },
      ],
    })
  })
})

describe('an earlier answer', () => {
  test('is given when later attempts bring none', async () => {
    const call = scripted([answer(421), notSent, notSent])
    await expect(fleet().balancer.run(call)).resolves.toBe('answer 421')
    expect(call.told).toMatchObject([{ outcome: 'not-executed', attempts: [{}, {}, {}] }])
  })

  test('leaves the outcome open where the attempts do', async () => {
    const call = scripted([answer(503), notSent, notSent], { method: 'GET' })
    await expect(fleet().balancer.run(call)).resolves.toBe('answer 503')
    expect(call.told).toMatchObject([{ outcome: 'unknown' }])
  })

  test('gives way to a later one', async () => {
    const call = scripted([answer(500), answer(404)], { method: 'GET' })
    await expect(fleet().balancer.run(call)).resolves.toBe('answer 404')
    expect(call.told).toMatchObject([{ outcome: 'unknown' }])
  })
})

test('an ejected server is not tried for a bare payment', async () => {
  const two = fleet({ servers: lettered(1, 1) })
  eject(two, 'a')
  const call = scripted([notSent])
  expect(await failing(two.balancer.run(call))).toMatchObject({ code: 'not-executed' })
  expect(call.tried).toEqual(['b'])
})
