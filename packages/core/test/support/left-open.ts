import { vi } from 'vitest'
import type { Balancer, BalancerOptions } from '../../src/index.ts'
import { fleet } from './fleet.ts'
import type { FleetOptions } from './fleet.ts'
import { firstListed } from './ledgers.ts'
import { pay } from './pay.ts'
import { reset } from './scripted-call.ts'
import { VirtualClock } from './virtual-clock.ts'
import { watchedJournal } from './watched-journal.ts'

export type Reconcile = NonNullable<BalancerOptions['reconcile']>

/** A balancer with a reconcile hook that knows nothing until it is told otherwise. */
export interface Recovering {
  readonly balancer: Balancer
  readonly clock: VirtualClock
  readonly hook: ReturnType<typeof vi.fn<Reconcile>>
  readonly journal: ReturnType<typeof watchedJournal>
  readonly unknown: string[]
}

/** Makes one. */
export function recovering(options: FleetOptions = {}): Recovering {
  const clock = options.clock ?? new VirtualClock()
  const hook = vi.fn<Reconcile>(() => Promise.resolve('unknown'))
  const journal = watchedJournal(clock)
  const unknown: string[] = []
  const { balancer } = fleet({
    strategy: firstListed,
    health: false,
    failover: { maxAttempts: 1 },
    recovery: { olderThanMs: 1_000 },
    ...options,
    clock,
    journal,
    reconcile: hook,
    onUnknown: ({ key }) => unknown.push(key),
  })
  return { balancer, clock, hook, journal, unknown }
}

/** Payments that are unknown, one for each key. */
export async function leaveOpen(balancer: Balancer, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await pay(balancer, [reset], { key })
}
