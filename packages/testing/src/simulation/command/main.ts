import { InvalidOptionsError } from '@paylb/core'
import { compare } from '../comparison.ts'
import { formatComparison, formatSummary } from '../format-comparison.ts'
import { standardFleets, standardLoads } from '../standard-fleets.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { documentsOf, staleDocuments, writeDocuments } from './documents.ts'
import type { Comparisons } from './documents.ts'
import { fleetReport, readFleetFile } from './fleet-report.ts'

/* What `pnpm simulate` runs. */

try {
  run(readArguments(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof TypeError) && !(error instanceof InvalidOptionsError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

function run(given: Arguments): void {
  if (given.help) return print(usage)
  if (given.fleet !== undefined) return print(fleetReport(readFleetFile(given.fleet), given))
  const comparisons = compareAll(given)
  if (given.docs === undefined) return
  const documents = documentsOf(comparisons, commandOf(given), given.docs)
  if (given.check) return checkDocuments(documents, given.docs)
  writeDocuments(documents, given.docs)
  print(`written to ${given.docs}: ${[...documents.keys()].join(', ')}\n`)
}

function compareAll({ seed, requests, check }: Arguments): Comparisons {
  const comparisons = new Map(
    Object.entries(standardFleets).map(([name, fleet]) => {
      const comparison = compare(fleet, { loads: standardLoads, seed, requests })
      if (!check) print(`${fleet.name}: p50 / p99 / p99.9 in ms\n\n${formatComparison(comparison)}\n\n`)
      return [name, comparison] as const
    }),
  )
  if (!check) {
    print(
      `p99 as a multiple of the omniscient picker's, at its worst load\n\n${formatSummary([...comparisons.values()])}\n\n`,
    )
  }
  return comparisons
}

/* The defaults are left out, so that the default run says what anybody would type. */
function commandOf({ seed, requests }: Arguments): string {
  const defaults = readArguments([])
  const seeded = seed === defaults.seed ? '' : ` --seed ${seed}`
  return `pnpm simulate${seeded}${requests === defaults.requests ? '' : ` --requests ${requests}`}`
}

function checkDocuments(documents: ReadonlyMap<string, string>, docs: string): void {
  const stale = staleDocuments(documents, docs)
  if (stale.length === 0) return print(`${documents.size} files in ${docs} are what the simulation gives\n`)
  console.error(
    `not what the simulation gives; run pnpm simulate: ${stale.map((name) => `${docs}/${name}`).join(', ')}`,
  )
  process.exitCode = 1
}

function print(text: string): void {
  process.stdout.write(text)
}
