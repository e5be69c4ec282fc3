import { createBalancer } from '@paylb/core'
import type { MeasureCell } from '../measure/cell.ts'
import { usedBytes } from '../pick/cells/heap.ts'

/* One payment through `run`, around an attempt that does nothing, with ever more servers to choose from. */

/** What one process is given. */
export interface ServersInput {
  readonly servers: number
}

/** What one process found. */
export interface ServersFigure {
  /** CPU time, user and system, of one `run`: the lower quartile of batches. */
  readonly microseconds: number
  /** The balancer after its traffic, without what one of two servers takes. */
  readonly bytes: number
}

const warmUpCalls = 30_000
const batches = 60
const callsPerBatch = 500
const report = { evidence: 'answered', status: 200, headers: new Headers(), answer: 'done' } as const

/** Measures one balancer. Needs `--expose-gc`. */
export const measureCell: MeasureCell<ServersInput, ServersFigure> = async ({ servers: count }) => {
  const small = payer(2)
  await pay(small, warmUpCalls) // what is made once, whatever the servers, is made now
  const before = usedBytes()
  const large = payer(count)
  await pay(large, warmUpCalls)
  const costs: number[] = []
  for (let batch = 0; batch < batches; batch += 1) {
    const started = process.cpuUsage()
    await pay(large, callsPerBatch)
    const { user, system } = process.cpuUsage(started)
    costs.push((user + system) / callsPerBatch)
  }
  const bytes = usedBytes() - before
  await pay(small, 1) // so that it is not collected before
  await pay(large, 1)
  return { microseconds: costs.toSorted((one, other) => one - other)[Math.floor(batches / 4)] ?? Number.NaN, bytes }
}

function payer(count: number): () => Promise<unknown> {
  const servers = Array.from({ length: count }, (_, index) => `http://10.0.${index >> 8}.${index & 255}:8080`)
  const balancer = createBalancer({ servers, ledger: 'shared', strategy: 'least-connections' })
  let sent = 0
  return () => {
    sent += 1
    return balancer.run({ key: `payment-${sent}`, attempt: async () => report })
  }
}

async function pay(payOne: () => Promise<unknown>, calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) await payOne()
}
