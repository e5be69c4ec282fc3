import { createBalancer } from '../../src/index.ts'
import type {
  Balancer,
  BalancerOptions,
  Lease,
  Outcome,
  PickRequest,
  ServerOptions,
  ServerSnapshot,
} from '../../src/index.ts'
import { refusedConnection, succeeded } from './outcomes.ts'
import { present } from './present.ts'
import { seededRandom } from './seeded-random.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Servers with the ids a, b, c, …, one for each weight. */
export function lettered(...weights: readonly number[]): ServerOptions[] {
  return weights.map((weight, index) => serverNamed(String.fromCodePoint(97 + index), { weight }))
}

export function serverNamed(id: string, options: Partial<ServerOptions> = {}): ServerOptions {
  return { id, url: `http://${id}.test:8080`, ...options }
}

/** What a test needs of one balancer. */
export interface Fleet {
  readonly balancer: Balancer
  readonly clock: VirtualClock
}

/** Options of a balancer; what is not given is round robin over a, b and c. */
export interface FleetOptions extends Partial<Omit<BalancerOptions, 'clock'>> {
  readonly seed?: number
  readonly clock?: VirtualClock
}

/** A balancer on virtual time and seeded chance. */
export function fleet(options: FleetOptions = {}): Fleet {
  const { seed = 1, clock = new VirtualClock(), ...given } = options
  const balancer = createBalancer({
    servers: lettered(1, 1, 1),
    strategy: 'round-robin',
    clock,
    random: seededRandom(seed),
    ...given,
  })
  return { balancer, clock }
}

/** Sends one request that ends at once; returns the id of the server it went to. */
export function send(balancer: Balancer, request: PickRequest = {}, outcome: Outcome = succeeded): string {
  const lease = balancer.pick(request)
  lease.record(outcome)
  lease.release()
  return lease.server.id
}

/** The servers of `count` requests, one after the other, as one string of letters. */
export function sequence(balancer: Balancer, count: number, request: PickRequest = {}): string {
  return Array.from({ length: count }, () => send(balancer, request)).join('')
}

/** How often each of `count` requests, one after the other, went where. */
export function tally(ids: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

/** A safe request that only this server may take. */
function only(balancer: Balancer, id: string): PickRequest {
  return {
    method: 'GET',
    exclude: new Set(balancer.servers.map((server) => server.id).filter((other) => other !== id)),
  }
}

/** Sends requests to one server, one after the other. Nobody else gets any. */
export function sendTo(balancer: Balancer, id: string, outcome: Outcome, times = 1): void {
  const request = only(balancer, id)
  for (let sent = 0; sent < times; sent += 1) send(balancer, request, outcome)
}

/** Leases of one server, all held at once. */
export function hold(balancer: Balancer, id: string, count: number): Lease[] {
  const request = only(balancer, id)
  return Array.from({ length: count }, () => balancer.pick(request))
}

/** Fails three requests to one server, so that it is ejected. Nobody else gets a request. */
export function eject({ balancer }: Fleet, id: string): void {
  sendTo(balancer, id, refusedConnection, 3)
  if (stateOf(balancer, id) !== 'ejected') throw new Error(`${id} was not ejected`)
}

/** What is known of one server. */
export function knownOf(balancer: Balancer, id: string): ServerSnapshot {
  return present(balancer.snapshot().servers.find((server) => server.id === id))
}

/** The health state of one server. */
export function stateOf(balancer: Balancer, id: string): string | undefined {
  return balancer.snapshot().servers.find((server) => server.id === id)?.health.state
}

/** The servers in one health state, as one string of letters. */
export function inState(balancer: Balancer, state: string): string {
  const { servers } = balancer.snapshot()
  return servers.flatMap(({ id, health }) => (health.state === state ? [id] : [])).join('')
}

/** Health that never ejects by failures in a row, so that a test sees the window alone. */
export const byRateOnly = { consecutiveFailures: 1_000_000, consecutiveConnectionFailures: 1_000_000 } as const
