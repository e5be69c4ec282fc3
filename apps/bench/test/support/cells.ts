import type { Cell } from '../../src/measure/cell.ts'

/** A cell out of a module beside this one. */
export function cellOf(module: string, input: object = {}): Cell {
  return { title: module, module: new URL(`./${module}.ts`, import.meta.url).href, input }
}
