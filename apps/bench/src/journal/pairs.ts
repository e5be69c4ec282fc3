import type { Claim, Journal } from '@paylb/core'
import type { MeasureCell } from '../measure/cell.ts'
import { makeJournal } from './journals.ts'
import type { JournalName } from './journals.ts'

/*
 * What a payment asks of its journal: to be begun before its first byte goes out, and to be settled when it has ended. A
 * balancer waits for the first and not for the second, so neither does this.
 */

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
  const settles: Promise<void>[] = []
  const lane = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      count += 1
      const claim = await begin(journal, `${prefix}-${count}`)
      settles.push(journal.settle(claim, 'succeeded'))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  await Promise.all(settles)
  return count
}

async function begin(journal: Journal, key: string): Promise<Claim> {
  const intent = { key, method: 'POST', target: '/charges', fingerprint: 'nQh0Rk3Wn2s9', keepsPin: false }
  const begun = await journal.begin(intent, { server: 'pay-1', ledger: 'shared' })
  if (!('claim' in begun)) throw new Error(`the journal answered ${begun.state}`)
  return begun.claim
}
