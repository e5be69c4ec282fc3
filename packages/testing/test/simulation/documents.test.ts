import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { standardFleets } from '@paylb/testing'
import { afterAll, expect, test } from 'vitest'
import { compare } from '../../src/simulation/comparison.ts'
import { documentsOf, staleDocuments, writeDocuments } from '../../src/simulation/command/documents.ts'

const page = path.resolve(import.meta.dirname, '../../../../apps/docs/strategies.md')
const folder = mkdtempSync(path.join(tmpdir(), 'paylb-simulation-'))
const comparisons = new Map([['equal', compare(standardFleets.equal, { loads: [0.5], seed: 1, requests: 500 })]])
afterAll(() => rmSync(folder, { recursive: true }))

test('what was written is up to date, and what was edited is not', () => {
  cpSync(page, path.join(folder, 'strategies.md'))
  const documents = documentsOf(comparisons, 'pnpm simulate', folder)
  expect(staleDocuments(documents, folder)).toEqual(['strategies.md', 'pictures/equal.svg'])
  writeDocuments(documents, folder)
  expect(staleDocuments(documentsOf(comparisons, 'pnpm simulate', folder), folder)).toEqual([])
  const picture = path.join(folder, 'pictures/equal.svg')
  writeFileSync(picture, readFileSync(picture, 'utf8').replace('least', 'most'))
  expect(staleDocuments(documents, folder)).toEqual(['pictures/equal.svg'])
})

test('only the section between the markers changes', () => {
  cpSync(page, path.join(folder, 'strategies.md'))
  const before = readFileSync(page, 'utf8')
  const after = documentsOf(comparisons, 'pnpm simulate', folder).get('strategies.md') ?? ''
  const [outside, outsideAfter] = [before, after].map((text) => text.replace(/<!-- simulation:.*<!-- end of/su, ''))
  expect(outsideAfter).toBe(outside)
  expect(after).toContain('![Latency and share per server: 3 equal servers](pictures/equal.svg)')
})

test('a page without the markers is refused', () => {
  writeFileSync(path.join(folder, 'strategies.md'), '# Strategies\n')
  expect(() => documentsOf(comparisons, 'pnpm simulate', folder)).toThrow('strategies.md has no section')
})
