import { expect, test } from 'vitest'
import { eject, fleet, lettered, send } from './support/fleet.ts'
import { declined, succeeded } from './support/outcomes.ts'
import { answer, failing, reset, scripted } from './support/scripted-call.ts'

test('a snapshot is plain JSON', () => {
  const one = fleet()
  eject(one, 'b')
  const snapshot = one.balancer.snapshot()
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
})

test('a snapshot says what is known of a server', () => {
  const { balancer, clock } = fleet({ servers: lettered(3) })
  const lease = balancer.pick()
  clock.advance(25)
  lease.record(succeeded)
  lease.release()
  balancer.pick()
  expect(balancer.snapshot()).toEqual({
    strategy: 'round-robin',
    inFlight: 1,
    queued: 0,
    degraded: false,
    counters: {},
    servers: [
      {
        id: 'a',
        url: 'http://a.test:8080',
        weight: 3,
        priority: 0,
        inFlight: 1,
        picks: 2,
        isDraining: false,
        health: { state: 'healthy', ejections: 0 },
        slowStart: 1,
        responseTimeMs: 25,
        failureRate: 0,
        load: null,
        outcomes: { succeeded: 1 },
      },
    ],
  })
})

test('a snapshot shows how long an ejection still lasts', () => {
  const one = fleet({ random: () => 0.5 })
  eject(one, 'b')
  one.clock.advance(4_000)
  expect(one.balancer.snapshot().servers[1]?.health).toEqual({ state: 'ejected', ejections: 1, remainingMs: 6_000 })
  one.clock.advance(6_000)
  expect(one.balancer.snapshot().servers[1]?.health).toEqual({ state: 'probation', ejections: 1 })
})

test('a snapshot stays as it was', () => {
  const { balancer } = fleet({ servers: lettered(1) })
  const before = balancer.snapshot()
  send(balancer, {}, declined)
  expect(before.servers[0]).toMatchObject({ picks: 0, outcomes: {} })
  expect(balancer.snapshot().servers[0]).toMatchObject({ picks: 1, outcomes: { declined: 1 } })
})

test('a snapshot counts payments by their outcome, and attempts by server and kind', async () => {
  const { balancer } = fleet({ servers: lettered(1) })
  await balancer.run(scripted([answer(200)]))
  await balancer.run(scripted([answer(402)]))
  await balancer.run(scripted([answer(402)]))
  await failing(balancer.run(scripted([reset])))
  const { counters, servers } = balancer.snapshot()
  expect(counters).toEqual({ succeeded: 1, declined: 2, unknown: 1 })
  expect(servers[0]?.outcomes).toEqual({ succeeded: 1, declined: 2, unknown: 1 })
})
