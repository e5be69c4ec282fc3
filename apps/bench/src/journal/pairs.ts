import type { Journal } from '@paylb/core'
import type { MeasureCell } from '../measure/cell.ts'
import { makeJournal } from './journals.ts'
import type { JournalName } from './journals.ts'

/* What a payment asks of its journal: to be begun before its first byte goes out, and to be settled when it has ended. */

/** What one process is given. */
export interface PairsInput {
  readonly journal: JournalName
  readonly concurrency: number
  readonly folder: string
  readonly measureMs: number
}

const warmUpShare = 0.5

/** Payments per second that are begun and settled. @throws Error when a payment was not begun */
export const measureCell: MeasureCell<PairsInput, number> = async ({
  journal: name,
  concurrency,
  folder,
  measureMs,
}) => {
  const journal = makeJournal(name, folder)
  try {
    await pairs(journal, concurrency, warmUpShare * measureMs, 'warm')
    const startedMs = performance.now()
    const done = await pairs(journal, concurrency, measureMs, 'measured')
    return (done * 1_000) / (performance.now() - startedMs)
  } finally {
    await journal.close()
  }
}

async function pairs(journal: Journal, concurrency: number, forMs: number, prefix: string): Promise<number> {
  const untilMs = performance.now() + forMs
  let count = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      count += 1
      await onePair(journal, `${prefix}-${count}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return count
}

async function onePair(journal: Journal, key: string): Promise<void> {
  const intent = { key, method: 'POST', target: '/charges', fingerprint: 'nQh0Rk3Wn2s9', keepsPin: false }
  const begun = await journal.begin(intent, { server: 'pay-1', ledger: 'shared' })
  if (!('claim' in begun)) throw new Error(`the journal answered ${begun.state}`)
  await journal.settle(begun.claim, 'succeeded')
}
