import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readArguments, usage } from './arguments.ts'
import type { AdapterName, Arguments } from './arguments.ts'
import { report } from './report.ts'
import { soakOne } from './soaked.ts'
import type { Soaked } from './soaked.ts'
import { complaintsOf, trendsOf } from './verdict.ts'
import type { Trend } from './verdict.ts'

/* What `pnpm soak` runs. */

process.exitCode = await runCommand({ usage, read: readArguments, run: soak })

async function soak(given: Arguments): Promise<number> {
  const { adapters, seconds, rate, journal, json } = given
  const machine = describeMachine()
  print([
    ...machineLines(machine),
    `takes    ${adapters.length * seconds} s: ${rate} payments per second through ${adapters.join(', ')}; journal: ${journal}`,
  ])
  const runs: Run[] = []
  for (const adapter of adapters) runs.push(await judged(adapter, given))
  print([`written to ${writeResults('soak', machine, { given, runs }, json)}`])
  const complaints = runs.flatMap((run) => run.complaints.map((complaint) => `${run.adapter}: ${complaint}`))
  print(complaints.length === 0 ? ['nothing grew, and nothing was left after the drain'] : complaints)
  return complaints.length === 0 ? 0 : 1
}

/** What is written of one run. */
interface Run extends Partial<Soaked> {
  readonly adapter: AdapterName
  readonly complaints: readonly string[]
  readonly trends?: readonly Trend[]
}

/* One that fails is a complaint; the others go on. */
async function judged(adapter: AdapterName, given: Arguments): Promise<Run> {
  try {
    const soaked = await soakOne(adapter, given)
    const trends = trendsOf(soaked.samples)
    const complaints = complaintsOf(trends, soaked.left, soaked.calls)
    print([report(soaked, trends)])
    return { ...soaked, trends, complaints }
  } catch (error) {
    return { adapter, complaints: [`not measured: ${error instanceof Error ? error.message : String(error)}`] }
  }
}
