/*
 * The promise of paylb on real processes: payments through each adapter while servers are killed, paused and cut off and
 * paylb's own process dies; then ledgers, journal and what callers were told are held against each other.
 */
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { seededRandom } from '@paylb/testing'
import type { AdapterName } from './api/setup.ts'
import { commandOf, readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { chaos } from './chaos.ts'
import type { Outcome } from './chaos.ts'
import { listViolations, table } from './check/table.ts'
import { drawRound } from './faults/schedule.ts'
import { Progress } from './progress.ts'
import type { RunPlan } from './run.ts'
import { fullTimes, shortTimes } from './settings.ts'

const callers = 64
const mostRepeats = 20
const hangUpShare = 0.01
const servers = 3
/* Some ten times what is measured: it only has to end. */
const longestMsPerPayment = 40

const interrupted = new AbortController()
process.on('SIGINT', () => interrupted.abort())
process.on('SIGTERM', () => interrupted.abort())
process.exitCode = await main()

async function main(): Promise<number> {
  const given = read()
  if (given === undefined) return 2
  if (given.help) {
    console.log(usage)
    return 0
  }
  let isGood = true
  for (const adapter of given.adapters) {
    if (interrupted.signal.aborted) break
    isGood = (await playOne(adapter, given)) && isGood
  }
  if (!interrupted.signal.aborted) return isGood ? 0 : 1
  console.log('\ninterrupted; everything is stopped')
  return 130
}

function read(): Arguments | undefined {
  try {
    return readArguments(process.argv.slice(2), () => randomInt(2 ** 31))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return undefined
  }
}

async function playOne(adapter: AdapterName, given: Arguments): Promise<boolean> {
  console.log(`\n${adapter}, ledgers ${given.ledgers}, seed ${given.seed}`)
  let progress: Progress | undefined
  try {
    const outcome = await chaos(
      planOf(adapter, given),
      interrupted.signal,
      (run) => (progress = new Progress(run.callers.payments)),
      {
        onFault: (what, begins) => progress?.onFault(what, begins),
        onPhase: (what) => progress?.onPhase(what),
      },
    )
    progress?.end()
    return report(outcome, commandOf(given, adapter))
  } catch (error) {
    progress?.end()
    if (interrupted.signal.aborted) return false
    console.error(error)
    console.error(`again with: ${commandOf(given, adapter)}`)
    return false
  }
}

function planOf(adapter: AdapterName, given: Arguments): RunPlan {
  const { payments, seed, minutes, ledgers, strategy, reconciles, short } = given
  const times = short ? shortTimes : fullTimes
  const random = seededRandom(seed)
  return {
    adapter,
    ledgers,
    strategy,
    seed,
    reconciles,
    times,
    payments,
    leastMs: minutes * 60_000,
    longestMs: minutes * 60_000 + 300_000 + payments * longestMsPerPayment,
    callers,
    mostRepeats,
    hangUpShare,
    drawRound: () => drawRound(servers, times.pace, random),
  }
}

function report({ result, violations, keptFolder }: Outcome, command: string): boolean {
  console.log(`\n${table(result, violations)}\n`)
  const isGood = violations.every(({ found }) => found.length === 0)
  if (isGood) {
    console.log('nothing was charged twice, nothing was lost or forgotten, nobody was told a wrong outcome')
    return true
  }
  console.log(`${listViolations(violations)}\n\nagain with: ${command}`)
  if (keptFolder !== undefined) {
    writeFileSync(path.join(keptFolder, 'payments.json'), JSON.stringify(result.evidence.payments, undefined, 1))
    writeFileSync(path.join(keptFolder, 'violations.json'), JSON.stringify(violations, undefined, 1))
    console.log(`ledgers, journal, log and payments are kept in ${keptFolder}`)
  }
  return false
}
