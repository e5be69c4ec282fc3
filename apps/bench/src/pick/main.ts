import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { peerNames, strategyNames } from './contestants/registry.ts'
import { failures, picksRows } from './figures.ts'
import { losses } from './losses.ts'
import { measureAll, plainOf } from './measured.ts'
import { makePlan } from './plan.ts'
import { reports } from './report.ts'

/* What `pnpm bench:pick` runs. */

process.exitCode = await runCommand({
  usage,
  read: (given) => readArguments(given, [...strategyNames, ...peerNames]),
  run: bench,
})

async function bench(given: Arguments): Promise<number> {
  const machine = describeMachine()
  print(machineLines(machine))
  const rounds = given.full ? { timing: 5, bytes: 3 } : { timing: 3, bytes: 1 }
  const plan = makePlan(given)
  const measured = await measureAll(plan, rounds)
  const rows = picksRows(plan.picks, measured.picks)
  for (const report of reports(plan, measured, rows, given.servers, rounds.timing)) print([report])
  const failed = Object.values(measured).flatMap((outcomes) => failures(outcomes))
  if (failed.length > 0) print(['not measured', ...failed.map(({ title, reason }) => `  ${title}: ${reason}`)])
  const path = writeResults('pick', machine, { rounds, rows, ...plainOf(measured) }, given.json)
  print([`written to ${path}`])
  return given.check ? check(losses(rows, plan, measured)) : 0
}

function check(found: readonly string[]): number {
  if (found.length === 0) print(['check: no ratio is more than 15 % beyond its target'])
  else process.stderr.write(`${['check: more than 15 % beyond the target', ...found].join('\n  ')}\n`)
  return found.length === 0 ? 0 : 1
}
