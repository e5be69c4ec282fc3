import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { writeChart } from './chart.ts'
import { contestants } from './contestants/registry.ts'
import { divideCores } from './cores.ts'
import { figuresOf } from './figures.ts'
import type { Row } from './measured.ts'
import { makePlan, mostSecondsOf } from './plan.ts'
import { findProgram } from './programs.ts'
import { figuresReport, targetsReport } from './report.ts'
import { runPlan } from './run-plan.ts'
import { standings } from './targets.ts'
import type { Standing } from './targets.ts'

/* What `pnpm bench` runs. */

process.exitCode = await runCommand({
  usage,
  read: (given) =>
    readArguments(
      given,
      contestants.map(({ name }) => name),
    ),
  run: bench,
})

async function bench({ full, only, rounds, json, svg, check }: Arguments): Promise<number> {
  const wrk = findProgram('wrk')
  if (wrk === undefined) {
    process.stderr.write('wrk makes the load, and is not installed: apt install wrk, or brew install wrk\n')
    return 1
  }
  const machine = describeMachine()
  const cores = divideCores()
  const chosen = contestants.filter(({ name }) => only === undefined || only.includes(name))
  const plan = makePlan(chosen, { full, rounds })
  print([
    ...machineLines(machine),
    `cores    ${cores.note}`,
    `takes    at most about ${Math.ceil(mostSecondsOf(plan))} s`,
  ])
  const rows = await runPlan(plan, cores, wrk)
  const figures = figuresOf(rows)
  const found = standings(rows)
  print([figuresReport(figures, plan)])
  if (found.length > 0) print([targetsReport(found)])
  const path = writeResults('forwarding', machine, { cores, figures, targets: found, rounds: plainOf(rows) }, json)
  print([`written to ${path}`, `       and ${writeChart(figures, svg ?? path.replace(/(?:\.json)?$/u, '.svg'))}`])
  return check ? checked(found) : 0
}

function plainOf(rows: readonly Row[]): readonly object[] {
  return rows.map(({ workload, contestant, warmUpRequests, outcome }) => ({
    workload,
    name: contestant.name,
    warmUpRequests,
    ...outcome,
  }))
}

function checked(found: readonly Standing[]): number {
  const lost = found.filter(({ isLost }) => isLost)
  for (const { workload, title, target } of lost) process.stderr.write(`lost: ${workload} ${title} ${target}\n`)
  return lost.length === 0 ? 0 : 1
}
