import { describeMachine, machineLines } from '../measure/machine.ts'
import { runRounds } from '../measure/rounds.ts'
import type { CellOutcome } from '../measure/rounds.ts'
import { runCell } from '../measure/run-cell.ts'
import { print, runCommand } from '../report/command.ts'
import { Progress } from '../report/progress.ts'
import { writeResults } from '../report/results.ts'
import { readable, table } from '../report/table.ts'
import { readUsualArguments, usualUsage } from '../report/usual-arguments.ts'
import type { UsualArguments } from '../report/usual-arguments.ts'
import { contestants, reference } from './contestants.ts'
import type { Contestant } from './contestants.ts'
import { figuresOf, mostTimesReference } from './figures.ts'
import type { Figure } from './figures.ts'

/* What `pnpm bench:run` runs. */

const isSource = import.meta.url.endsWith('.ts')
const module = new URL(isSource ? './cell.ts' : './cell.js', import.meta.url).href
const limitMs = 60_000

process.exitCode = await runCommand({
  usage: `bench:run   what balancer.run adds to one asynchronous call, beside other libraries, in one run\n\n${usualUsage}`,
  read: readUsualArguments,
  run: bench,
})

async function bench({ full, json, check }: UsualArguments): Promise<number> {
  const machine = describeMachine()
  print(machineLines(machine))
  const rounds = full ? 9 : 5
  const figures = figuresOf(await measureAll(rounds, full ? 3_000 : 1_000))
  print([report(figures, rounds)])
  print([`written to ${writeResults('run', machine, { rounds, figures }, json)}`])
  const lost = figures.filter(({ target }) => target === 'missed' || target === 'not measured')
  return check && lost.length > 0 ? 1 : 0
}

async function measureAll(rounds: number, measureMs: number): Promise<ReadonlyMap<Contestant, CellOutcome<number>>> {
  const progress = new Progress(rounds * contestants.length)
  const cells = contestants.map((contestant) => ({
    title: contestant.name,
    module,
    input: { contestant: contestant.name, measureMs },
  }))
  const outcomes = await runRounds<number>(cells, {
    rounds,
    run: (cell) => runCell(cell, limitMs),
    onCell: (round, { title }) => progress.step(`round ${round} of ${rounds}`, title),
  })
  progress.end()
  const all = [...outcomes.values()]
  return new Map(contestants.map((contestant, index) => [contestant, all[index] ?? { ok: true, values: [] }]))
}

function report(figures: readonly Figure[], rounds: number): string {
  const header = ['', 'ns per call', `× ${reference}`, 'target', '']
  const lines = figures.map(({ name, nanoseconds, timesReference, target }) => [
    name,
    nanoseconds === undefined ? '–' : readable(nanoseconds),
    timesReference === undefined ? '–' : timesReference.toFixed(2),
    target === undefined ? '' : `≤ ${mostTimesReference}`,
    target ?? '',
  ])
  const failures = figures.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`not measured: ${name}: ${failure}`],
  )
  const note = `Medians of ${rounds} processes each, in turn; calls one after another around a function that does nothing.`
  return [table(header, lines), '', note, ...failures].join('\n')
}
