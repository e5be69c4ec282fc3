import type { Balancer, PickRequest } from '../../src/index.ts'
import { succeeded } from './outcomes.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** How many requests are under way at once, how many there are, and how long each takes. */
export interface Loop {
  readonly inFlight: number
  readonly requests: number
  readonly serviceMs: number
  readonly request?: PickRequest
}

/** Callers that each send their next request when the last one is answered, all answers equally fast. Counts by server. */
export function closedLoop(balancer: Balancer, clock: VirtualClock, loop: Loop): Record<string, number> {
  const counts: Record<string, number> = {}
  const underWay = []
  for (let sent = 0; sent < loop.requests; sent += 1) {
    clock.advance(loop.serviceMs / loop.inFlight)
    if (underWay.length >= loop.inFlight) {
      const oldest = underWay.shift()
      oldest?.record(succeeded)
      oldest?.release()
    }
    const lease = balancer.pick(loop.request)
    counts[lease.server.id] = (counts[lease.server.id] ?? 0) + 1
    underWay.push(lease)
  }
  for (const lease of underWay) lease.release()
  return counts
}
