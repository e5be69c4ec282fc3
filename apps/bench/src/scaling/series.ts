import { median } from '../measure/statistics.ts'
import { runRounds } from '../measure/rounds.ts'
import type { Cell, CellResult } from '../measure/cell.ts'
import { growthOf } from './growth.ts'
import type { Growth, Work } from './growth.ts'

/* A series is measured in rounds over all its sizes; a size that cannot be measured has no figure, the others go on. */

/** One figure of a series. */
interface Column {
  readonly unit: string
  /** Undefined where growth is what is wanted, and nothing is judged. */
  readonly work: Work | undefined
}

/** What was measured at one size: one figure for each column, and all its rounds; or the reason why there is none. */
type Step = { readonly size: number } & (
  | { readonly ok: true; readonly figures: readonly number[]; readonly rounds: readonly (readonly number[])[] }
  | { readonly ok: false; readonly reason: string }
)

/** How figures go with a size. The first column is the one of the picture. */
export interface Series {
  readonly title: string
  readonly columns: readonly Column[]
  readonly steps: readonly Step[]
}

/** How to measure a series. */
export interface SeriesPlan {
  readonly title: string
  readonly columns: readonly Column[]
  readonly sizes: readonly number[]
  readonly rounds: number
  /** One figure for each column. @throws Error that says why there is none */
  readonly measure: (size: number) => Promise<readonly number[]>
  readonly onRound: (part: string, title: string) => void
}

/** Measures every size once per round, in turn; a figure is the median of its rounds. */
export async function measureSeries({ title, columns, sizes, rounds, measure, onRound }: SeriesPlan): Promise<Series> {
  const cells = sizes.map((size) => ({ title: String(size), module: '', input: {}, size }))
  const outcomes = await runRounds<readonly number[]>(cells, {
    rounds,
    run: (cell) => resultOf(measure((cell as Cell & { readonly size: number }).size)),
    onCell: (round, cell) => onRound(`${title}, round ${round} of ${rounds}`, cell.title),
  })
  const steps = cells.map((cell): Step => {
    const outcome = outcomes.get(cell)
    if (outcome?.ok !== true) return { size: cell.size, ok: false, reason: outcome?.reason ?? 'it was not measured' }
    const figures = columns.map((_, index) => median(outcome.values.map((values) => values[index] ?? Number.NaN)))
    return { size: cell.size, ok: true, figures, rounds: outcome.values }
  })
  return { title, columns, steps }
}

async function resultOf(measuring: Promise<readonly number[]>): Promise<CellResult> {
  try {
    return { ok: true, value: await measuring }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The growth of one column, step by step. */
export function growthOfColumn({ columns, steps }: Series, index: number): readonly Growth[] {
  const work = columns[index]?.work
  if (work === undefined) return steps.map(() => ({ times: undefined, isTooSteep: false }))
  const points = steps.map((step) => ({
    size: step.size,
    values: step.ok ? step.rounds.map((figures) => figures[index] ?? Number.NaN) : undefined,
  }))
  return growthOf(points, work)
}

/** The steps that cost more per unit of work than they may, in words. */
export function findingsOf(series: Series): readonly string[] {
  const { title, columns, steps } = series
  return columns.flatMap(({ unit }, column) =>
    growthOfColumn(series, column).flatMap(({ times, isTooSteep }, index) =>
      isTooSteep && times !== undefined
        ? [
            `${title}, ${unit}: ${times.toFixed(2)} × per unit of work from ${steps[index - 1]?.size} to ${steps[index]?.size}`,
          ]
        : [],
    ),
  )
}
