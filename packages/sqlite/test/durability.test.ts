import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { begin, claimed } from './support/payments.ts'
import { temporaryFile } from './support/temporary-folder.ts'

/* What is asked of SQLite, as statements. That FULL means a synced disk is SQLite's promise. */
function watched(): { readonly taken: () => readonly string[] } {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  onTestFinished(() => exec.mockRestore())
  return {
    taken: () => {
      const statements = exec.mock.calls.map(([statement]) => statement)
      exec.mockClear()
      return statements
    },
  }
}

test('a dispatch waits for the disk, and a settle alone does not', async () => {
  const journal = sqliteJournal({ file: temporaryFile() })
  const { taken } = watched()
  const claim = await claimed(journal, 'a')
  expect(taken()).toEqual(['PRAGMA synchronous = FULL', 'BEGIN IMMEDIATE', 'COMMIT'])
  await journal.settle(claim, 'unknown')
  expect(taken()).toEqual(['PRAGMA synchronous = NORMAL', 'BEGIN IMMEDIATE', 'COMMIT'])
  const again = await claimed(journal, 'a')
  expect(taken()).toEqual(['PRAGMA synchronous = FULL', 'BEGIN IMMEDIATE', 'COMMIT'])
  await journal.dispatching(again, { server: 'south', ledger: 'shared' })
  expect(taken()).toEqual(['BEGIN IMMEDIATE', 'COMMIT'])
  await journal.close()
})

test('payments that begin in one turn share one transaction, also with settles that were asked before', async () => {
  const journal = sqliteJournal({ file: temporaryFile() })
  const claims = await Promise.all(Array.from({ length: 32 }, (_, index) => claimed(journal, `order ${index}`)))
  const { taken } = watched()
  const settled = claims.map((claim) => journal.settle(claim, 'succeeded'))
  await Promise.all(Array.from({ length: 32 }, (_, index) => begin(journal, `more ${index}`)))
  await Promise.all(settled)
  expect(taken()).toEqual(['BEGIN IMMEDIATE', 'COMMIT'])
  await journal.close()
})
