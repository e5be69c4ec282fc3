import type { BalancerOptions, ServerOptions } from '@paylb/core'
import type { Scenario, ServerPlan } from '../scenario.ts'
import type { Incarnation } from './incarnation.ts'
import { askServer } from './reconcile-hook.ts'

/** What a process tells its balancer. */
export function balancerOptions(incarnation: Incarnation): BalancerOptions {
  const { world, clock, journal, watch } = incarnation
  const { scenario } = world
  const { kind, profile, duplicates, queue, maxInFlight, panic, strategy } = scenario
  return {
    servers: scenario.servers.map((plan) => serverOptions(plan, scenario)),
    strategy,
    duplicates,
    clock,
    random: world.dice.fork().next,
    ...(kind === 'shared' || kind === 'none' ? { ledger: kind } : {}),
    ledgers: Object.fromEntries(scenario.ledgers.map((name) => [name, profile])),
    ...(journal === undefined ? {} : { journal }),
    ...(scenario.hasReconcile
      ? { reconcile: (payment, server, signal) => askServer(incarnation, payment, server, signal) }
      : {}),
    recovery: { olderThanMs: scenario.totalMs },
    health: scenario.hasHealth ? { ejectionMs: scenario.ejectionMs } : false,
    ...(panic === undefined ? {} : { panic }),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(queue === undefined ? {} : { queue }),
    failover: { maxAttempts: scenario.maxAttempts, retryBudget: scenario.retryBudget },
    observer: watch,
  }
}

/** One server as it is listed. */
export function serverOptions({ id, ledger }: ServerPlan, { kind, serverMaxInFlight }: Scenario): ServerOptions {
  const isNamed = kind === 'separate' || kind === 'failing-open' || kind === 'successes'
  return {
    id,
    url: `http://${id}.test`,
    ...(isNamed ? { ledger } : {}),
    ...(serverMaxInFlight === undefined ? {} : { maxInFlight: serverMaxInFlight }),
  }
}
