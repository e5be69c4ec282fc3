import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LiveProcess } from '../clients/live-process.ts'
import { divideCores, pin } from '../forwarding/cores.ts'
import { findProgram } from '../forwarding/programs.ts'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { Progress } from '../report/progress.ts'
import { writeResults } from '../report/results.ts'
import { readUsualArguments, usualUsage } from '../report/usual-arguments.ts'
import type { UsualArguments } from '../report/usual-arguments.ts'
import { measureAll } from './all-series.ts'
import type { AllSeries } from './all-series.ts'
import { writeChart } from './chart.ts'
import { mostTimes } from './growth.ts'
import { makeLoad } from './load.ts'
import { makePlan, roundsOf } from './plan.ts'
import { report } from './report.ts'
import { findingsOf } from './series.ts'

/* What `pnpm bench:scaling` runs. */

const startLimitMs = 20_000
const coresForTwo = 4
const nothing = 'no step grows faster than its work'
const whatWasMeasured = 'no step that was measured grows faster than its work; some were not measured'

process.exitCode = await runCommand({
  usage: `bench:scaling   how cost grows with servers, connections, bodies and processes\n\n${usualUsage}`,
  read: readUsualArguments,
  run: bench,
})

async function bench({ full, json, check }: UsualArguments): Promise<number> {
  const machine = describeMachine()
  const cores = divideCores()
  const wrk = findProgram('wrk')
  const plan = makePlan(full)
  print([
    ...machineLines(machine),
    `cores    ${cores.note}`,
    `load     ${wrk ?? 'undici in this process: wrk is not installed'}`,
  ])
  if (cores.rest.length > 0) pin(process.pid, cores.rest) // what is started from here on stays there, too
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-bench-'))
  const payments = new LiveProcess('../forwarding/server-process')
  const progress = new Progress(roundsOf(plan))
  try {
    const started = await payments.ask(undefined, startLimitMs)
    if (!started.ok) throw new Error(`the servers could not be started: ${started.reason}`)
    const origins = started.value as readonly string[]
    const load = makeLoad(wrk, folder)
    const all = await measureAll({ plan, cores, origins, load, onRound: (part, title) => progress.step(part, title) })
    progress.end()
    const { findings, isWhole } = tell(all, machine.cores)
    const file = writeResults('scaling', machine, { plan, cores, load: wrk ?? 'undici', findings, ...all }, json)
    print([`written to ${file}`, `       and ${writeChart(all.series, file.replace(/(?:\.json)?$/u, '.svg'))}`])
    return check && (findings.length > 0 || !isWhole) ? 1 : 0
  } finally {
    progress.end()
    payments.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell({ series, failures }: AllSeries, cores: number): { findings: readonly string[]; isWhole: boolean } {
  for (const one of series) print([report(one)])
  print([`× before: what a unit of work costs, beside the step before; ! beyond ${mostTimes}.`, ...coresNote(cores)])
  if (failures.length > 0) print(['not measured', ...failures.map((failure) => `  ${failure}`)])
  const findings = series.flatMap(findingsOf)
  const isWhole = failures.length === 0 && series.every(({ steps }) => steps.every(({ ok }) => ok))
  print(findings.length > 0 ? ['grows faster than its work', ...findings] : [isWhole ? nothing : whatWasMeasured])
  return { findings, isWhole }
}

/* Two workers want two cores, and so do the load and the servers. */
function coresNote(cores: number): readonly string[] {
  return cores >= coresForTwo
    ? []
    : [`processes: on ${cores} cores the load and the servers take their share, so look at CPU and not at the speed.`]
}
