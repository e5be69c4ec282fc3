import type { MeasureCell } from '../measure/cell.ts'
import { median } from '../measure/statistics.ts'
import { contestants } from './contestants.ts'

/* Calls one after another, in batches: the median of the batches, so that a pause of the machine's does not count. */

/** What one process is given. */
export interface RunInput {
  readonly contestant: string
  readonly measureMs: number
}

const warmUpCalls = 50_000
const callsPerBatch = 1_000

/** Nanoseconds per call. @throws Error for an unknown contestant, or for calls that fail */
export const measureCell: MeasureCell<RunInput, number> = async ({ contestant, measureMs }) => {
  const found = contestants.find(({ name }) => name === contestant)
  if (found === undefined) throw new Error(`there is no ${contestant}`)
  const call = await found.make()
  if ((await call()) !== 'done') throw new Error('the call was not made')
  for (let calls = 0; calls < warmUpCalls; calls += 1) await call()
  const batches: number[] = []
  const untilMs = performance.now() + measureMs
  while (performance.now() < untilMs) batches.push(await batch(call))
  return median(batches)
}

async function batch(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  for (let calls = 0; calls < callsPerBatch; calls += 1) await call()
  return ((performance.now() - startedMs) * 1e6) / callsPerBatch
}
