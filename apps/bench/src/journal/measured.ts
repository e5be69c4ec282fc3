import type { Cell } from '../measure/cell.ts'
import { runRounds } from '../measure/rounds.ts'
import type { CellOutcome } from '../measure/rounds.ts'
import { runCell } from '../measure/run-cell.ts'
import { median } from '../measure/statistics.ts'
import { Progress } from '../report/progress.ts'
import { journalNames } from './journals.ts'
import type { JournalName } from './journals.ts'

const isSource = import.meta.url.endsWith('.ts')
const limitMs = 60_000
const concurrencies = [1, 16, 64, 256]

/** Payments per second that a journal begins and settles by itself. Undefined: not measured. */
interface Pairs {
  readonly journal: JournalName
  readonly concurrency: number
  readonly perSecond: number | undefined
  readonly failure: string | undefined
}

/** What was measured without a balancer. */
export interface Alone {
  readonly pairs: readonly Pairs[]
  readonly fsyncMs: number | undefined
}

/** Measures the journals, and the disk below them. */
export async function measureAlone(folder: string, rounds: number, measureMs: number): Promise<Alone> {
  const chosen = concurrencies.flatMap((concurrency) => journalNames.map((journal) => ({ journal, concurrency })))
  const cells = chosen.map((one) => cell('pairs', { ...one, folder, measureMs }, `${one.journal}, ${one.concurrency}`))
  const disk = cell('fsync', { folder }, 'fsync')
  const progress = new Progress(rounds * (cells.length + 1))
  const outcomes = await runRounds<number>([disk, ...cells], {
    rounds,
    run: (one) => runCell(one, limitMs),
    onCell: (round, { title }) => progress.step(`journals alone, round ${round} of ${rounds}`, title),
  })
  progress.end()
  const [fsync, ...pairs] = outcomes.values()
  return {
    fsyncMs: middle(fsync),
    pairs: chosen.map((one, index) => ({
      ...one,
      perSecond: middle(pairs[index]),
      failure: pairs[index]?.ok === false ? pairs[index].reason : undefined,
    })),
  }
}

function cell(program: string, input: object, title: string): Cell {
  return { title, module: new URL(`./${program}.${isSource ? 'ts' : 'js'}`, import.meta.url).href, input }
}

function middle(outcome: CellOutcome<number> | undefined): number | undefined {
  return outcome?.ok === true && outcome.values.length > 0 ? median(outcome.values) : undefined
}
