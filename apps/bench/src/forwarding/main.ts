import { LiveProcess } from '../clients/live-process.ts'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { Progress } from '../report/progress.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { startApi } from './api.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { writeChart } from './chart.ts'
import { contestants } from './contestants/registry.ts'
import { divideCores, pin } from './cores.ts'
import type { Cores } from './cores.ts'
import { figuresOf } from './figures.ts'
import { lookAt } from './look.ts'
import { measureAll } from './measured.ts'
import type { Row } from './measured.ts'
import { loadsOf, makePlan, mostSecondsOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { findProgram } from './programs.ts'
import { figuresReport, targetsReport } from './report.ts'
import { standings } from './targets.ts'
import type { Standing } from './targets.ts'
import { Wrk } from './wrk.ts'

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
  const rows = await measure(plan, cores, wrk)
  const figures = figuresOf(rows)
  const found = standings(rows)
  print([figuresReport(figures, plan)])
  if (found.length > 0) print([targetsReport(found)])
  const path = writeResults('forwarding', machine, { cores, figures, targets: found, rounds: plainOf(rows) }, json)
  print([`written to ${path}`, `       and ${writeChart(figures, svg ?? path.replace(/(?:\.json)?$/u, '.svg'))}`])
  return check ? checked(found) : 0
}

async function measure(plan: Plan, cores: Cores, program: string): Promise<readonly Row[]> {
  if (cores.rest.length > 0) pin(process.pid, cores.rest) // what is started from here on stays there, too
  const wrk = new Wrk(program)
  const payments = new LiveProcess('../forwarding/server-process')
  const progress = new Progress(loadsOf(plan))
  try {
    const started = await payments.ask(undefined, 20_000)
    if (!started.ok) throw new Error(`the servers could not be started: ${started.reason}`)
    return await measureAll(plan, {
      start: (contestant) => startApi(contestant, started.value as readonly string[], cores.api),
      lookAt,
      load: (url, workload, seconds) => wrk.load(url, workload, seconds),
      onLoad: (part, title) => progress.step(part, title),
    })
  } finally {
    progress.end()
    payments.end()
    wrk.end()
  }
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
