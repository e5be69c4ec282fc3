import type { PaymentRecord } from '@paylb/core'
import { sqliteJournal } from '@paylb/sqlite'

/** The payments that a journal has as unsettled, read while no process of the API has it open. */
export async function readUnsettled(journalFile: string): Promise<readonly PaymentRecord[]> {
  const journal = sqliteJournal({ file: journalFile })
  try {
    const records: PaymentRecord[] = []
    for await (const record of journal.unsettled(0)) records.push(record)
    return records
  } finally {
    await journal.close()
  }
}
