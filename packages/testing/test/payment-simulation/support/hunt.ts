import { parseArgs } from 'node:util'
import type { Disturbance } from '../../../src/payment-simulation/faults.ts'
import { simulatePayments } from '../../../src/payment-simulation/simulate-payments.ts'
import type { PaymentRunOptions } from '../../../src/payment-simulation/simulate-payments.ts'
import type { Misbehaviour, Subject } from '../../../src/payment-simulation/subject.ts'

/* A process of its own: runs seeds until one breaks the promise, and prints which one and how. */

Error.stackTraceLimit = 0
const { values } = parseArgs({
  options: {
    subject: { type: 'string' },
    misbehaviour: { type: 'string' },
    loud: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    payments: { type: 'string', default: '100' },
  },
})

const given: Omit<PaymentRunOptions, 'seed'> = {
  payments: Number(values.payments),
  ...(values.subject === undefined ? {} : { subject: (await import(values.subject)) as Subject }),
  ...(values.misbehaviour === undefined ? {} : { misbehaviour: values.misbehaviour as Misbehaviour }),
  ...(values.loud === undefined ? {} : { loud: values.loud as Disturbance }),
}
process.stdout.write(JSON.stringify(await hunt(Number(values.seeds))))

async function hunt(seeds: number): Promise<{ readonly seed?: number; readonly message?: string }> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violation } = await simulatePayments({ ...given, seed })
    if (violation !== undefined) return { seed, message: violation.message }
  }
  return {}
}
