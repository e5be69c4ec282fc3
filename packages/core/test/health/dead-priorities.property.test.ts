import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BalancerSnapshot } from '../../src/index.ts'
import { fleet, serverNamed } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { refusedConnection, succeeded } from '../support/outcomes.ts'

/* For each priority, which of its servers are alive. */
type Clouds = readonly (readonly boolean[])[]

const clouds: fc.Arbitrary<Clouds> = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), {
  minLength: 2,
  maxLength: 4,
})
const gapMs = 100
const longMs = 400_000

function isAlive(all: Clouds, id: string): boolean {
  const [priority = 0, nth = 0] = id.split('-').map(Number)
  return all[priority]?.[nth] ?? false
}

function fleetOf(all: Clouds, seed: number): Fleet {
  const servers = all.flatMap((cloud, priority) =>
    cloud.map((_, nth) => serverNamed(`${priority}-${nth}`, { priority })),
  )
  return fleet({ servers, seed })
}

const idsIn = ({ servers }: BalancerSnapshot, state: string): string[] =>
  servers.flatMap(({ id, health }) => (health.state === state ? [id] : []))

/* Payments, one after the other, that are never sent again. Somebody must be healthy at any time. Returns where they went by strategy. */
function pay({ balancer, clock }: Fleet, all: Clouds, forMs: number): Set<string> {
  const chosen = new Set<string>()
  const forget = balancer.observe({ onPick: ({ server, reason }) => reason === 'strategy' && chosen.add(server.id) })
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs += gapMs) {
    clock.advance(gapMs)
    const lease = balancer.pick({ method: 'POST', key: 'order-17' })
    lease.record(isAlive(all, lease.server.id) ? succeeded : refusedConnection)
    lease.release()
    if (idsIn(balancer.snapshot(), 'healthy').length === 0) throw new Error('nobody is left')
  }
  forget()
  return chosen
}

const run = { seed: 23, numRuns: 40 }

test('no dead server is given payments for long while another priority has a living one, and somebody is always left', () => {
  const rule = fc.property(clouds, fc.nat(), (all, seed) => {
    const one = fleetOf(all, seed)
    pay(one, all, longMs)
    const chosen = [...pay(one, all, 60_000)]
    const living = idsIn(one.balancer.snapshot(), 'healthy').filter((id) => isAlive(all, id))
    for (const id of chosen.filter((other) => !isAlive(all, other))) {
      expect(living.filter((other) => other.slice(0, 1) !== id.slice(0, 1))).toEqual([])
    }
  })
  fc.assert(rule, run)
})

test('when everything is dead somebody is left, and when everything lives again everybody comes back', () => {
  const rule = fc.property(clouds, fc.nat(), (shape, seed) => {
    const one = fleetOf(shape, seed)
    const all = (alive: boolean): Clouds => shape.map((cloud) => cloud.map(() => alive))
    pay(one, all(false), longMs)
    pay(one, all(true), longMs)
    expect(idsIn(one.balancer.snapshot(), 'healthy')).toEqual(one.balancer.servers.map(({ id }) => id))
  })
  fc.assert(rule, run)
})
