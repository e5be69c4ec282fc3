import { LiveProcess } from '../clients/live-process.ts'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readable, table } from '../report/table.ts'
import { readUsualArguments, usualUsage } from '../report/usual-arguments.ts'
import type { UsualArguments } from '../report/usual-arguments.ts'
import { writeChart } from './chart.ts'
import { tooSteep } from './growth.ts'
import { measureAll } from './series.ts'
import type { Series } from './series.ts'

/* What `pnpm bench:scaling` runs. */

process.exitCode = await runCommand({
  usage: `bench:scaling   how cost grows with servers, connections, bodies and processes\n\n${usualUsage}`,
  read: readUsualArguments,
  run: bench,
})

async function bench({ json, check }: UsualArguments): Promise<number> {
  const machine = describeMachine()
  print(machineLines(machine))
  const payments = new LiveProcess('../forwarding/server-process')
  try {
    const started = await payments.ask(undefined, 20_000)
    if (!started.ok) throw new Error(`the servers could not be started: ${started.reason}`)
    const all = await measureAll(started.value as readonly string[], (title) => process.stderr.write(`${title}\n`))
    for (const series of all) print([reportOf(series)])
    const steep = all.flatMap(({ title, steps, workOf }) =>
      workOf === undefined ? [] : tooSteep(steps, workOf).map((what) => `${title}: ${what}`),
    )
    print(steep.length === 0 ? ['no step grows faster than its work'] : ['grows faster than its work', ...steep])
    const path = writeResults('scaling', machine, { series: all }, json)
    print([`written to ${path}`, `       and ${writeChart(all, path.replace(/(?:\.json)?$/u, '.svg'))}`])
    const isWhole = all.every(({ steps }) => steps.every(({ cost }) => cost !== undefined))
    return check && (steep.length > 0 || !isWhole) ? 1 : 0
  } finally {
    payments.end()
  }
}

function reportOf({ title, unit, steps }: Series): string {
  const lines = steps.map(({ size, cost, failure }) => [
    String(size),
    cost === undefined ? (failure ?? '–') : readable(cost),
  ])
  return table([title, unit], lines)
}
