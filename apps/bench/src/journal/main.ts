import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findProgram } from '../forwarding/programs.ts'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readUsualArguments, usualUsage } from '../report/usual-arguments.ts'
import type { UsualArguments } from '../report/usual-arguments.ts'
import { measureAlone } from './measured.ts'
import { report } from './report.ts'
import { measureThrough } from './through.ts'

/* What `pnpm bench:journal` runs. */

process.exitCode = await runCommand({
  usage: `bench:journal   what a durable journal costs, beside the one in memory, in one run\n\n${usualUsage}`,
  read: readUsualArguments,
  run: bench,
})

async function bench({ full, json, check }: UsualArguments): Promise<number> {
  const machine = describeMachine()
  print(machineLines(machine))
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-bench-'))
  process.env['PAYLB_BENCH_FOLDER'] = folder
  try {
    const alone = await measureAlone(folder, full ? 5 : 3, full ? 3_000 : 1_000)
    const wrk = findProgram('wrk')
    const through = wrk === undefined ? undefined : await measureThrough(wrk, full)
    print([report(alone, through)])
    print([`written to ${writeResults('journal', machine, { alone, through }, json)}`])
    return check && through?.standing !== 'met' ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
