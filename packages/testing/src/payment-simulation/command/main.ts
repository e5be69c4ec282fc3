import { simulatePayments } from '../simulate-payments.ts'
import { simulatePaymentSeeds } from '../simulate-payment-seeds.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { brokenRun, replayed, speed, summary } from './report.ts'

/* What `pnpm simulate:payments` runs. */

/* A run over fewer payments cannot be blamed for what it has not met. */
const fewPayments = 100_000

try {
  await run(readArguments(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

async function run(given: Arguments): Promise<void> {
  if (given.help) print(usage)
  else if (given.isReplay) await replay(given)
  else await runSeeds(given)
}

async function replay({ seed, payments }: Arguments): Promise<void> {
  const played = await simulatePayments({ seed, payments, write: (line) => print(`${line}\n`) })
  print(`${JSON.stringify(played.scenario)}\n${replayed(played)}`)
  if (played.violation !== undefined) process.exitCode = 1
}

async function runSeeds({ seeds, seed, payments }: Arguments): Promise<void> {
  /* Refusals are errors, and nobody reads the stacks of a million of them. */
  Error.stackTraceLimit = 0
  const step = Math.max(1, Math.floor(seeds / 10))
  let done = 0
  const runs = await simulatePaymentSeeds({
    seeds,
    firstSeed: seed,
    payments,
    onRun: () => {
      done += 1
      if (done % step === 0) print(`${done} of ${seeds} seeds, ${speed(done * payments, processorSeconds())}\n`)
    },
  })
  print(`\n${summary(runs, processorSeconds())}`)
  const { missing } = runs.coverage
  if (runs.broken !== undefined) return fail(brokenRun(runs.broken))
  if (runs.unsteadySeed !== undefined) return fail(`seed ${runs.unsteadySeed}: a second run of it was another one\n`)
  if (missing.length > 0 && runs.payments >= fewPayments) return fail(`never reached: ${missing.join('; ')}\n`)
  print('violations: 0\n')
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000_000
}

function fail(message: string): void {
  process.stderr.write(message)
  process.exitCode = 1
}

function print(text: string): void {
  process.stdout.write(text)
}
