import { createBalancer } from '@paylb/core'
import type { Balancer, Lease, Outcome, PickRequest, Random, ServerOptions, Strategy } from '@paylb/core'
import { seededRandom } from '../seeded-random.ts'
import { virtualClock } from '../simulation/virtual-clock.ts'
import type { VirtualClock } from '../simulation/virtual-clock.ts'

/*
 * A real balancer around the strategy that is put to the test. A balancer makes up for a strategy that fails; here the
 * failure is what is looked for, so it is thrown as soon as the rule looks.
 */

/** What a rule sets. */
export interface SceneOptions {
  /** One server for each, with the ids s0, s1, … */
  readonly weights: readonly number[]
  readonly seed?: number
  readonly random?: Random
  /** False where servers fail on purpose. */
  readonly health?: false
}

/** A balancer with servers that do as the rule wants. */
export class Scene {
  readonly balancer: Balancer
  readonly clock: VirtualClock = virtualClock()
  #failure: { readonly error: unknown } | undefined

  constructor(strategy: Strategy, options: SceneOptions) {
    this.balancer = createBalancer({
      servers: options.weights.map((weight, index) => serverNumber(index, weight)),
      strategy,
      clock: this.clock,
      random: options.random ?? seededRandom(options.seed ?? 1),
      ...(options.health === false ? { health: false } : {}),
      observer: {
        onWarning: ({ code, error }) => {
          if (code === 'strategy-failed') this.#failure ??= { error }
        },
      },
    })
  }

  /** Sends one request that ends at once. Returns the id of its server. */
  send(request: PickRequest = {}, outcomeOf: (id: string) => Outcome = () => succeeded): string {
    const lease = this.#pick(request)
    lease.record(outcomeOf(lease.server.id))
    lease.release()
    return lease.server.id
  }

  /** The servers of requests that are sent one after the other, 1 ms apart. */
  sendMany(requests: number, requestOf: (number: number) => PickRequest = () => ({})): string[] {
    return Array.from({ length: requests }, (_, number) => {
      this.advance(1)
      return this.send(requestOf(number))
    })
  }

  /** How many of `requests` each server got, with `inFlight` of them under way at any time, all equally long. */
  shares(requests: number, inFlight: number): ReadonlyMap<string, number> {
    const counts = new Map(this.balancer.servers.map(({ id }) => [id, 0]))
    for (let sent = 0; sent < requests; sent += 1) {
      const lease = this.#pick({})
      const { id } = lease.server
      counts.set(id, (counts.get(id) ?? 0) + 1)
      this.clock.schedule(this.clock.now() + serviceMs, () => {
        lease.record(succeeded)
        lease.release()
      })
      this.advance(serviceMs / inFlight)
    }
    return new Map([...counts].map(([id, count]) => [id, count / requests]))
  }

  advance(ms: number): void {
    const untilMs = this.clock.now() + ms
    this.clock.schedule(untilMs, () => undefined)
    while (this.clock.now() < untilMs) this.clock.step()
  }

  #pick(request: PickRequest): Lease {
    const lease = this.balancer.pick(request)
    if (this.#failure !== undefined) throw this.#failure.error
    return lease
  }
}

const serviceMs = 1_000

/** The server with the id s0, s1, … */
export function serverNumber(index: number, weight: number): ServerOptions {
  return { id: `s${index}`, url: `http://s${index}.test`, weight }
}

export const succeeded: Outcome = { kind: 'succeeded', evidence: 'answered', status: 200 }
export const refused: Outcome = { kind: 'not-sent', evidence: 'not-sent', trouble: 'connection' }
