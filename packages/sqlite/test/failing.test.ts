import { chmodSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JournalUnavailableError } from '@paylb/core'
import type { Claim, Journal } from '@paylb/core'
import { afterEach, expect, test } from 'vitest'
import { JournalFileError, sqliteJournal } from '../src/index.ts'
import { begin, claimed, stateOf } from './support/payments.ts'
import { temporaryFile } from './support/temporary-folder.ts'

const nobody = 65_534

afterEach(() => {
  if (process.getuid?.() === 0) process.seteuid?.(0)
})

/* Permissions bind nobody but root. */
function withoutRoot(): void {
  if (process.getuid?.() === 0) process.seteuid?.(nobody)
}

test('a read-only file, or one in a folder where nothing can be written, is an error when it is opened', async () => {
  const file = temporaryFile()
  await sqliteJournal({ file }).close()
  chmodSync(dirname(file), 0o555)
  chmodSync(file, 0o444)
  chmodSync(`${file}-acknowledged`, 0o444)
  withoutRoot()
  expect(() => sqliteJournal({ file })).toThrow(JournalUnavailableError)
  expect(() => sqliteJournal({ file: `${file}.new` })).toThrow(/permission denied/u)
})

test('a locked file is waited for, within bounds and without blocking, and then works again', async () => {
  const file = temporaryFile()
  const journal = sqliteJournal({ file, busyTimeoutMs: 60 })
  const claim = await claimed(journal, 'before')
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const turning = setInterval(() => (turns += 1), 1)
  const settled = journal.settle(claim, 'not-executed')
  await expect(begin(journal, 'a')).rejects.toThrow(/is locked by another process/u)
  await expect(settled).rejects.toBeInstanceOf(JournalUnavailableError)
  clearInterval(turning)
  expect(turns).toBeGreaterThan(5)
  const waiting = begin(journal, 'b')
  setTimeout(() => other.exec('ROLLBACK'), 10)
  expect((await waiting).state).toBe('fresh')
  expect(await stateOf(journal, 'before')).toBe('fresh')
  expect(await stateOf(journal, 'a')).toBe('fresh')
  other.close()
  await journal.close()
})

test('a file that is locked while it is opened is an error after a bounded wait', async () => {
  const file = temporaryFile()
  await sqliteJournal({ file }).close()
  const other = new DatabaseSync(file)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE counters SET commits = commits')
  expect(() => sqliteJournal({ file, busyTimeoutMs: 20 })).toThrow(/is locked by another process/u)
  other.close()
  await sqliteJournal({ file }).close()
})

/* Begins payments, one after the other, until one is refused. */
async function fill(journal: Journal): Promise<{ readonly claims: readonly Claim[]; readonly refusal: unknown }> {
  const claims: Claim[] = []
  for (;;) {
    try {
      claims.push(await claimed(journal, `order ${claims.length}`))
    } catch (refusal) {
      return { claims, refusal }
    }
  }
}

test('a file that cannot grow refuses new payments, keeps those it has, and lets them be settled', async () => {
  const journal = sqliteJournal({ file: temporaryFile(), maxBytes: 65_536, keepsPins: false })
  const { claims, refusal } = await fill(journal)
  expect(refusal).toBeInstanceOf(JournalUnavailableError)
  expect(String(refusal)).toMatch(/cannot grow: the disk is full/u)
  const [refused, ...settled] = await Promise.allSettled([
    claimed(journal, 'one more'),
    ...claims.map((claim) => journal.settle(claim, 'succeeded')),
  ])
  expect(refused?.status).toBe('rejected')
  expect(settled.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(await stateOf(journal, 'one more')).toBe('fresh')
  await journal.close()
})

test('a file that is deleted while it is in use takes no more payments', async () => {
  const file = temporaryFile()
  const journal = sqliteJournal({ file, heartbeatMs: 10 })
  await claimed(journal, 'a')
  rmSync(file)
  await expect(
    (async () => {
      for (let index = 0; ; index += 1) await claimed(journal, `later ${index}`)
    })(),
  ).rejects.toThrow(/was moved, deleted or replaced/u)
  await journal.close()
})

test('a damaged page that is met later stops everything, and nothing is answered as if it were new', async () => {
  const file = temporaryFile()
  const journal = sqliteJournal({ file })
  await journal.settle(await claimed(journal, 'a'), 'unknown')
  const other = new DatabaseSync(file)
  other.exec('UPDATE payments SET details = 1')
  other.close()
  await expect(begin(journal, 'a')).rejects.toThrow(JournalFileError)
  await expect(begin(journal, 'b')).rejects.toThrow(/fails its checksum/u)
  await journal.close()
})
