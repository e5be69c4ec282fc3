import { Coverage } from './coverage.ts'
import { simulatePayments } from './simulate-payments.ts'
import type { PaymentRun, PaymentRunOptions } from './simulate-payments.ts'

/* Many seeds, one after the other, up to the first that breaks the promise. */

/** What many runs came to. */
export interface PaymentRuns {
  readonly seeds: number
  readonly payments: number
  readonly requests: number
  readonly attempts: number
  readonly executions: number
  readonly virtualMs: number
  readonly faults: ReadonlyMap<string, number>
  readonly coverage: Coverage
  /** The run that broke the promise; undefined when all held. */
  readonly broken: PaymentRun | undefined
  /** A seed of which a second run was another one; undefined when there was none. */
  readonly unsteadySeed: number | undefined
}

/** How many seeds are run, from which on. */
export interface PaymentRunsOptions extends Omit<PaymentRunOptions, 'seed' | 'write'> {
  readonly seeds: number
  readonly firstSeed?: number
  /** Every so many seeds, one is run twice and compared. Default 50. */
  readonly repeatEvery?: number
  /** Called after each seed. */
  readonly onRun?: (run: PaymentRun) => void
}

/** Runs many seeds. */
export async function simulatePaymentSeeds(options: PaymentRunsOptions): Promise<PaymentRuns> {
  const { seeds, firstSeed = 1, repeatEvery = 50, onRun, ...each } = options
  const sums = { seeds: 0, payments: 0, requests: 0, attempts: 0, executions: 0, virtualMs: 0 }
  const faults = new Map<string, number>()
  const coverage = new Coverage()
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const run = await simulatePayments({ ...each, seed })
    sums.seeds += 1
    sums.payments += run.payments
    sums.requests += run.requests
    sums.attempts += run.attempts
    sums.executions += run.executions
    sums.virtualMs += run.virtualMs
    coverage.add(run.coverage)
    for (const [name, count] of run.faults) faults.set(name, (faults.get(name) ?? 0) + count)
    onRun?.(run)
    const broken = run.violation === undefined ? undefined : run
    const isSteady = sums.seeds % repeatEvery !== 1 || (await simulatePayments({ ...each, seed })).hash === run.hash
    if (broken !== undefined || !isSteady) {
      return { ...sums, faults, coverage, broken, unsteadySeed: isSteady ? undefined : seed }
    }
    await othersTurn()
  }
  return { ...sums, faults, coverage, broken: undefined, unsteadySeed: undefined }
}

/* A run never leaves the event loop to others. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
