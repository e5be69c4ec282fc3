import type { FaultRule, RouteName } from './faults.ts'

/** What strikes one request. */
export type Strike = Pick<
  FaultRule,
  | 'delayMs'
  | 'reset'
  | 'stall'
  | 'stallBeforeExecution'
  | 'cutBody'
  | 'errorBurst'
  | 'decline'
  | 'keyStoreDown'
  | 'closeIdleMs'
>

/** Decides, request by request, what goes wrong. */
export interface FaultPlan {
  replace(rules: readonly FaultRule[]): void
  strike(route: RouteName): Strike
}

interface ActiveRule {
  readonly rule: FaultRule
  readonly routes: readonly RouteName[]
  left: number
}

/* Health checks and status queries stay honest unless a test wants otherwise, and do not use up `times`. */
const usualRoutes: readonly RouteName[] = ['charges', 'refunds', 'echo']

/** @param random the only source of chance, so that the same seed and the same requests give the same faults */
export function createFaultPlan(random: () => number): FaultPlan {
  let active: readonly ActiveRule[] = []

  function hits(entry: ActiveRule, route: RouteName): boolean {
    if (entry.left === 0 || !entry.routes.includes(route)) return false
    if (entry.rule.probability !== undefined && random() >= entry.rule.probability) return false
    entry.left -= 1
    return true
  }

  return {
    replace(rules) {
      active = rules.map((rule) => ({ rule, routes: rule.routes ?? usualRoutes, left: rule.times ?? Infinity }))
    },
    strike(route) {
      const hit = active.filter((entry) => hits(entry, route))
      return hit.reduceRight<Strike>((strike, entry) => ({ ...strike, ...entry.rule }), {})
    },
  }
}
