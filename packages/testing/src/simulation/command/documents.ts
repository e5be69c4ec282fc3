import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Comparison } from '../comparison.ts'
import { formatComparison, formatSummary } from '../format-comparison.ts'
import { pictureOf } from './picture.ts'

/*
 * The tables and pictures in the documentation are what this command printed, and `--check` holds them to it: a change
 * of a strategy that changes a figure shows in the same commit.
 */

const begin = '<!-- simulation: written by `pnpm simulate`, do not edit -->'
const end = '<!-- end of simulation -->'

/** Compared fleets, by the name that their picture's file has. */
export type Comparisons = ReadonlyMap<string, Comparison>

/** The text between the markers. */
export function sectionOf(comparisons: Comparisons, command: string): string {
  const fleets = [...comparisons].map(([name, comparison]) => {
    const title = comparison.fleet.name ?? name
    return `### ${title}\n\n![Latency and share per server: ${title}](pictures/${name}.svg)\n\n${formatComparison(comparison)}`
  })
  return [
    begin,
    `These tables come from \`${command}\`. Latencies are in milliseconds.`,
    "Each strategy's p99 as a multiple of the omniscient picker's, at the load where that is worst, and the largest share of errors at any load:",
    formatSummary([...comparisons.values()]),
    ...fleets,
    end,
  ].join('\n\n')
}

/** Every file that the comparisons make, by its path below the docs folder. */
export function documentsOf(comparisons: Comparisons, command: string, docs: string): ReadonlyMap<string, string> {
  const page = 'strategies.md'
  const pictures = [...comparisons].map(
    ([name, comparison]) => [`pictures/${name}.svg`, pictureOf(comparison)] as const,
  )
  return new Map([[page, withSection(readText(path.join(docs, page)), sectionOf(comparisons, command))], ...pictures])
}

/** Writes the files. */
export function writeDocuments(documents: ReadonlyMap<string, string>, docs: string): void {
  for (const [name, text] of documents) {
    mkdirSync(path.dirname(path.join(docs, name)), { recursive: true })
    writeFileSync(path.join(docs, name), text)
  }
}

/** The files that are not as they should be. */
export function staleDocuments(documents: ReadonlyMap<string, string>, docs: string): readonly string[] {
  return [...documents].filter(([name, text]) => readText(path.join(docs, name)) !== text).map(([name]) => name)
}

function withSection(pageText: string, section: string): string {
  const from = pageText.indexOf(begin)
  const to = pageText.indexOf(end)
  if (from === -1 || to < from) throw new Error(`strategies.md has no section between ${begin} and ${end}`)
  return pageText.slice(0, from) + section + pageText.slice(to + end.length)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
