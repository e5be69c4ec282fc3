import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { figuresOf } from './figures.ts'
import type { Figure } from './figures.ts'
import { measureAll } from './measured.ts'
import { report } from './report.ts'

/* What `pnpm bench:clients` runs. */

process.exitCode = await runCommand({ usage, read: readArguments, run: bench })

async function bench({ full, rounds, json, check }: Arguments): Promise<number> {
  const machine = describeMachine()
  print(machineLines(machine))
  const plan = { rounds, concurrency: 16, callsPerRound: full ? 2_000 : 600, warmUpMs: full ? 20_000 : 7_000 }
  const figures = figuresOf(await measureAll(plan))
  print([report(figures, rounds, plan.concurrency)])
  print([`written to ${writeResults('clients', machine, { plan, figures }, json)}`])
  return check ? checked(figures) : 0
}

function checked(figures: readonly Figure[]): number {
  const lost = figures.filter(({ target }) => target?.standing === 'missed' || target?.standing === 'not measured')
  for (const { workload, contestant } of lost) process.stderr.write(`target missed: ${workload} ${contestant}\n`)
  return lost.length === 0 ? 0 : 1
}
