import type { CellMessage, MeasureCell } from './cell.ts'

/* What runs in the process of a cell: `node cell-process.js MODULE INPUT`. It answers once, and ends. */

const [module, input] = process.argv.slice(2)
if (module === undefined || input === undefined || process.send === undefined) {
  throw new Error('a cell is started by the bench, not by hand')
}

try {
  const { measureCell } = (await import(module)) as { measureCell: MeasureCell<unknown, unknown> }
  answer({ value: await measureCell(JSON.parse(input)) })
} catch (error) {
  answer({ failure: error instanceof Error ? error.message : String(error) })
}

/* A contestant may have left timers behind: they must not keep the process. */
function answer(message: CellMessage): void {
  process.send?.(message, undefined, undefined, () => process.exit(0))
}
