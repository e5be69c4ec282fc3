import type { Cell } from '../measure/cell.ts'
import { runRounds } from '../measure/rounds.ts'
import { runCell } from '../measure/run-cell.ts'
import { Progress } from '../report/progress.ts'
import type { AllocationFigure } from './cells/allocation.ts'
import type { ChangesFigure } from './cells/changes.ts'
import type { MemoryFigure } from './cells/memory.ts'
import type { PicksFigure } from './cells/picks.ts'
import type { Outcomes } from './figures.ts'
import type { Plan } from './plan.ts'

/* A cell takes a second or two; one that takes this long hangs. */
const limitMs = 15_000

/** What was measured, by part. */
export interface Measured {
  readonly picks: Outcomes<PicksFigure>
  readonly allocation: Outcomes<AllocationFigure>
  readonly memory: Outcomes<MemoryFigure>
  readonly changes: Outcomes<ChangesFigure>
}

/** How many processes each cell gets. */
export interface Rounds {
  readonly timing: number
  /** For bytes, which hardly differ from process to process. */
  readonly bytes: number
}

/** Runs all cells of a plan, part by part. */
export async function measureAll(plan: Plan, { timing, bytes }: Rounds): Promise<Measured> {
  const { picks, changes, allocation, memory } = plan
  const processes = timing * (picks.length + changes.length) + bytes * (allocation.length + memory.length)
  const progress = new Progress(processes)
  const part = <Value>(name: string, cells: readonly Cell[], rounds: number): Promise<Outcomes<Value>> =>
    runRounds<Value>(cells, {
      rounds,
      run: (cell) => runCell(cell, limitMs),
      onCell: (round, { title }) => progress.step(`${name}, round ${round} of ${rounds}`, title),
    })
  try {
    return {
      picks: await part('picks', picks, timing),
      allocation: await part('allocation', allocation, bytes),
      memory: await part('memory', memory, bytes),
      changes: await part('changes', changes, timing),
    }
  } finally {
    progress.end()
  }
}

/** Everything that was measured, for the JSON file: every cell with the values of all rounds. */
export function plainOf(measured: Measured): Readonly<Record<string, readonly object[]>> {
  return Object.fromEntries(
    Object.entries(measured).map(([part, outcomes]: [string, Outcomes<unknown>]) => [
      part,
      [...outcomes].map(([{ title, input }, outcome]) => ({ title, input, ...outcome })),
    ]),
  )
}
