import type { Balancer } from '@paylb/core'

/*
 * One balancer may be shared by several adapters, each with a checker. Those that were told how to check do so. Where
 * none was told, the servers' own checks are made by the eldest checker alone, not once by each.
 */

/** A checker that asks to check the servers of a balancer. */
export interface Claimant {
  /** It was told how to check, so it checks in any case. */
  readonly isTold: boolean
  setActive(isActive: boolean): void
}

/* Keyed by the balancers themselves, so it keeps nothing alive. */
const claimants = new WeakMap<Balancer, ReadonlySet<Claimant>>()

/** Lets `claimant` check, if it is its turn, until the function that comes back is called. */
export function claim(balancer: Balancer, claimant: Claimant): () => void {
  assign(balancer, new Set([...(claimants.get(balancer) ?? []), claimant]))
  return () => {
    claimant.setActive(false)
    assign(balancer, new Set([...(claimants.get(balancer) ?? [])].filter((other) => other !== claimant)))
  }
}

function assign(balancer: Balancer, all: ReadonlySet<Claimant>): void {
  claimants.set(balancer, all)
  const told = [...all].filter((one) => one.isTold)
  const active = new Set(told.length > 0 ? told : [...all].slice(0, 1))
  for (const one of all) one.setActive(active.has(one))
}
