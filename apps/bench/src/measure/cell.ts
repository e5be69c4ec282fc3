/*
 * A cell is one figure of a table. Each is measured in a process of its own: what one contestant did to the compiler's
 * caches, or to the heap, is no business of the next one.
 */

/** One thing to measure. */
export interface Cell {
  /** What a person reads while it runs, and in a failure. */
  readonly title: string
  /** The URL of a module that exports `measureCell`. */
  readonly module: string
  /** Handed to `measureCell` as JSON. */
  readonly input: object
  /** Flags of Node and V8. */
  readonly nodeFlags?: readonly string[]
}

/** What a module of cells exports. Runs in the cell's own process; a failure is thrown. */
export type MeasureCell<Input, Value> = (input: Input) => Value | Promise<Value>

/** What came of one process. */
export type CellResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string }

/** What the process says to its parent. */
export type CellMessage = { readonly value: unknown } | { readonly failure: string }
