import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { MeasureCell } from '../measure/cell.ts'
import { median } from '../measure/statistics.ts'

/* What the disk takes to make a page durable: no durable journal can be quicker than that, it can only share it. */

const page = Buffer.alloc(4_096, 1)
const times = 200

/** Milliseconds per write of a page with `fsync`, the median. */
export const measureCell: MeasureCell<{ readonly folder: string }, number> = ({ folder }) => {
  const file = openSync(path.join(folder, `${process.pid}.page`), 'w')
  try {
    return median(Array.from({ length: times }, () => onePage(file)))
  } finally {
    closeSync(file)
  }
}

function onePage(file: number): number {
  const startedMs = performance.now()
  writeSync(file, page, 0, page.length, 0)
  fsyncSync(file)
  return performance.now() - startedMs
}
