import type { Cell, CellResult } from './cell.ts'

/*
 * Rounds over all cells, A B C A B C: what the machine does beside the bench then falls on all of them alike, and a
 * median over rounds is a figure of each.
 */

/** What all rounds gave for one cell: a value per round, or the reason why there is none. */
export type CellOutcome<Value> =
  | { readonly ok: true; readonly values: readonly Value[] }
  | { readonly ok: false; readonly reason: string }

/** How to run the rounds. */
export interface RoundOptions {
  readonly rounds: number
  /** Runs one cell: `runCell` with its time limit. */
  readonly run: (cell: Cell) => Promise<CellResult>
  /** Called before each process. */
  readonly onCell?: (round: number, cell: Cell) => void
}

/** Runs every cell once per round, one process at a time. A cell that failed is not tried again. */
export async function runRounds<Value>(
  cells: readonly Cell[],
  { rounds, run, onCell }: RoundOptions,
): Promise<ReadonlyMap<Cell, CellOutcome<Value>>> {
  const values = new Map<Cell, Value[]>(cells.map((cell) => [cell, []]))
  const failures = new Map<Cell, string>()
  for (let round = 1; round <= rounds; round += 1) {
    for (const cell of cells) {
      if (failures.has(cell)) continue
      onCell?.(round, cell)
      const result = await run(cell)
      if (result.ok) values.get(cell)?.push(result.value as Value)
      else failures.set(cell, result.reason)
    }
  }
  return new Map(cells.map((cell) => [cell, outcomeOf(values.get(cell) ?? [], failures.get(cell))]))
}

/* A cell that failed in one round has no figure: what made it fail may have been in the others too. */
function outcomeOf<Value>(values: readonly Value[], failure: string | undefined): CellOutcome<Value> {
  return failure === undefined ? { ok: true, values } : { ok: false, reason: failure }
}
