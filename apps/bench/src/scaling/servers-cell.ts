import { createBalancer } from '@paylb/core'
import type { MeasureCell } from '../measure/cell.ts'

/* One payment through `run`, around an attempt that does nothing, with ever more servers to choose from. */

/** What one process is given. */
export interface ServersInput {
  readonly servers: number
}

const warmUpCalls = 30_000
const batches = 60
const callsPerBatch = 500
const report = { evidence: 'answered', status: 200, headers: new Headers(), answer: 'done' } as const

/** Microseconds per payment: the lower quartile of short batches. */
export const measureCell: MeasureCell<ServersInput, number> = async ({ servers: count }) => {
  const servers = Array.from({ length: count }, (_, index) => `http://10.0.${index >> 8}.${index & 255}:8080`)
  const balancer = createBalancer({ servers, ledger: 'shared', strategy: 'least-connections' })
  let sent = 0
  const pay = async (): Promise<unknown> => {
    sent += 1
    return balancer.run({ key: `payment-${sent}`, attempt: async () => report })
  }
  for (let calls = 0; calls < warmUpCalls; calls += 1) await pay()
  const costs: number[] = []
  for (let batch = 0; batch < batches; batch += 1) {
    const startedMs = performance.now()
    for (let calls = 0; calls < callsPerBatch; calls += 1) await pay()
    costs.push(((performance.now() - startedMs) * 1_000) / callsPerBatch)
  }
  return costs.toSorted((one, other) => one - other)[Math.floor(batches / 4)] ?? Number.NaN
}
