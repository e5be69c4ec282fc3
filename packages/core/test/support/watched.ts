import type { Balancer, PaymentEnd, Warning } from '../../src/index.ts'
import { fleet } from './fleet.ts'
import type { FleetOptions } from './fleet.ts'

/** A balancer with what it warned of and how its payments ended. */
export interface Watched {
  readonly balancer: Balancer
  readonly warnings: Warning[]
  readonly ends: PaymentEnd[]
}

/** Makes a balancer and watches it. */
export function watched(options: FleetOptions = {}): Watched {
  const warnings: Warning[] = []
  const ends: PaymentEnd[] = []
  const { balancer } = fleet({ ledger: 'shared', ...options })
  balancer.observe({ onWarning: (warning) => warnings.push(warning), onPaymentEnd: (end) => ends.push(end) })
  return { balancer, warnings, ends }
}
