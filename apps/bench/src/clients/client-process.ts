import { contestants } from './contestants.ts'
import { calls, makeCalls } from './workloads.ts'
import type { Workload } from './workloads.ts'

/*
 * One contestant in a process that lives through all rounds, so that each round measures warm code: a message with a
 * number of calls is answered with what they cost.
 */

/** What the client is told to do. */
export interface Batch {
  readonly workload: Workload
  readonly calls: number
  readonly concurrency: number
}

/** What a batch cost. */
export interface BatchFigure {
  readonly callsPerSecond: number
  /** User and system time of the client's process. */
  readonly cpuMicrosecondsPerCall: number
}

const [name, url] = process.argv.slice(2)
const contestant = contestants.find((one) => one.name === name)
if (contestant === undefined || url === undefined) throw new Error('a client is started by the bench, not by hand')

const loading = contestant.make(url)
loading.catch(() => {}) // the first batch says so

process.on('message', (batch: Batch) => {
  measure(batch).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))

async function measure({ workload, calls: count, concurrency }: Batch): Promise<BatchFigure> {
  const client = await loading
  const startedMs = performance.now()
  const before = process.cpuUsage()
  await makeCalls(() => calls[workload](client), count, concurrency)
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - startedMs) / 1_000
  return { callsPerSecond: count / seconds, cpuMicrosecondsPerCall: (user + system) / count }
}
