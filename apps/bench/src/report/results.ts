import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../measure/machine.ts'

const folder = fileURLToPath(new URL('../../results/', import.meta.url))

/**
 * Writes what a run found as JSON.
 *
 * @param file where to; by default a new file in `apps/bench/results/`
 * @returns the file's path
 */
export function writeResults(bench: string, machine: Machine, figures: object, file?: string): string {
  const path = file === undefined ? `${folder}${bench}-${machine.date.replaceAll(/[:.]/gu, '-')}.json` : resolve(file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ bench, machine, ...figures }, undefined, 2)}\n`)
  return path
}
