import type { Journal } from '@paylb/core'
import { sqliteJournal } from '../../src/index.ts'

/* A small journal with payments of every kind, and what of it must be found again. */

const count = 40

/** The keys that were acknowledged and must be found again, in order. */
export const acknowledgedKeys: readonly string[] = Array.from(
  { length: count },
  (_, index) => `order ${index}`,
).toSorted()

/** Writes payments that stay, in flight, open and concluded, and closes. */
export async function fillJournal(file: string, prefix: string = 'order'): Promise<void> {
  const journal = sqliteJournal({ file })
  await Promise.all(Array.from({ length: count }, (_, index) => write(journal, `${prefix} ${index}`, index)))
  await journal.close()
}

async function write(journal: Journal, key: string, index: number): Promise<void> {
  const intent = { key, method: 'POST', target: '/charges', fingerprint: 'f'.repeat(43) }
  const begun = await journal.begin(intent, { server: 'north', ledger: 'shared' })
  if (!('claim' in begun)) throw new Error(`expected a fresh key, got ${begun.state}`)
  if (index % 3 === 1) await journal.settle(begun.claim, 'unknown')
  if (index % 3 === 2) await journal.settle(begun.claim, 'succeeded')
}

/** The keys of `acknowledgedKeys` that a journal knows, in order. Opens and closes it. */
export async function keysIn(file: string): Promise<readonly string[]> {
  const journal = sqliteJournal({ file })
  try {
    const begun = await Promise.all(
      acknowledgedKeys.map((key) => journal.begin({ key, method: 'POST' }, { server: 'south', ledger: 'other' })),
    )
    return acknowledgedKeys.filter((_, index) => begun[index]?.state === 'known')
  } finally {
    await journal.close()
  }
}
