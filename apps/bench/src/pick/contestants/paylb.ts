import { createBalancer, strategies } from '@paylb/core'
import type { Balancer, Lease, Outcome, PickRequest, ServerOptions, StrategyName } from '@paylb/core'
import { addressOf, forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/* A balancer as `createBalancer` makes it: health, counters and the machine's own clock included. */

const keys = 4_096
const leasesOut = 64
/* More servers than any strategy looks through one by one, but for the hash. */
const serversBeside = 20
const picksBeside = 2_000

const answered: Outcome = { kind: 'succeeded', evidence: 'answered', status: 200 }

/** A balancer with one strategy of the registry: `pick → record → release`. */
export function paylb(strategy: StrategyName, { servers, load }: ContestantOptions): Contestant {
  if (load === 'mixed') useAllStrategies()
  const balancer = makeBalancer(strategy, servers)
  const counted = (): number => balancer.snapshot().servers.reduce((sum, { picks }) => sum + picks, 0)
  return { pick: load === 'in-flight' ? pickAmongOthers(balancer) : pickAlone(balancer), counted }
}

/** A balancer over `servers` servers, one in three of half the weight. */
export function makeBalancer(strategy: StrategyName, servers: number): Balancer {
  return createBalancer({ servers: describeServers(servers), strategy })
}

/** Options of `servers` servers; those from `from` on have other ids. */
export function describeServers(servers: number, from = 0): ServerOptions[] {
  return forEachServer(servers, (index) => describeServer(from + index))
}

/** Options of one server. */
export function describeServer(index: number): ServerOptions {
  return { id: `server-${index}`, url: `http://${addressOf(index)}:8080`, weight: index % 3 === 2 ? 1 : 2 }
}

/** One request after the other: what is picked is recorded and released at once. */
export function pickAlone(balancer: Balancer): () => unknown {
  const next = requests()
  return () => {
    const lease = balancer.pick(next())
    lease.record(answered)
    lease.release()
    return lease.server
  }
}

/* As many requests in flight as `leasesOut`; each pick ends one of them, any one. */
function pickAmongOthers(balancer: Balancer): () => unknown {
  const next = requests()
  const out: Lease[] = Array.from({ length: leasesOut }, () => balancer.pick(next()))
  return () => {
    const place = Math.floor(Math.random() * leasesOut)
    const ended = out[place]
    ended?.record(answered)
    ended?.release()
    const lease = balancer.pick(next())
    out[place] = lease
    return lease.server
  }
}

/* Payments have keys, each its own; so many come round again. */
function requests(): () => PickRequest {
  const all: readonly PickRequest[] = Array.from({ length: keys }, (_, index) => ({
    method: 'POST',
    key: `order-${index}`,
  }))
  let turn = 0
  return () => {
    turn = (turn + 1) % keys
    return all[turn] ?? {}
  }
}

function useAllStrategies(): void {
  const picks = Object.keys(strategies).map((name) => pickAlone(makeBalancer(name as StrategyName, serversBeside)))
  for (const pick of [...picks, ...picks]) for (let done = 0; done < picksBeside; done += 1) pick()
}
