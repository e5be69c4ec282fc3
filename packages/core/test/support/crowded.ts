import type { Balancer, Call } from '../../src/index.ts'
import { fleet, serverNamed } from './fleet.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { answer, scripted } from './scripted-call.ts'
import type { ScriptedCall } from './scripted-call.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A balancer whose requests are sent by name, and the names in the order in which they reached a server. */
export interface Crowded extends Fleet {
  readonly order: readonly string[]
  readonly send: (name: string, call?: Partial<Call<string>>) => Sent
}

/** One server with room for one request, and a queue; requests end when they are told to. */
export function crowded(options: FleetOptions = {}): Crowded {
  const clock = new VirtualClock({ sleepsPass: false })
  const { balancer } = fleet({
    clock,
    servers: [serverNamed('a', { maxInFlight: 1 })],
    queue: { max: 3, timeoutMs: 500 },
    ...options,
  })
  const order: string[] = []
  return {
    clock,
    balancer,
    order,
    send: (name: string, call: Partial<Call<string>> = {}) => begin(balancer, name, order, call),
  }
}

/** One request that was sent. */
export interface Sent {
  readonly call: ScriptedCall
  readonly ended: Promise<string>
  /** The server answers. */
  answer(): Promise<void>
}

function begin(balancer: Balancer, name: string, order: string[], more: Partial<Call<string>>): Sent {
  const { promise, resolve } = Promise.withResolvers<void>()
  const call = scripted(
    [
      async () => {
        order.push(name)
        await promise
        return answer(200)
      },
    ],
    more,
  )
  const ended = balancer.run(call)
  ended.catch(() => undefined)
  return { call, ended, answer: () => (resolve(), ended.then(() => undefined)) }
}
