import { realpathSync } from 'node:fs'
import { openLedgerFileForReading } from '../ledger/ledger-file.ts'
import type { Execution } from '../ledger/payment.ts'

/** An execution, with the ledger that has it. */
export interface FoundExecution extends Execution {
  readonly ledgerFile: string
}

/**
 * Reads the executions of all ledgers, in the order of each. A file that is named twice is read once.
 *
 * @throws Error that names a file which is missing or no ledger
 */
export function readExecutions(ledgerFiles: readonly string[]): FoundExecution[] {
  return [...new Set(ledgerFiles.map(realFile))].flatMap(readLedger)
}

function realFile(file: string): string {
  try {
    return realpathSync(file)
  } catch (cause) {
    throw new Error(`There is no ledger ${file}`, { cause })
  }
}

function readLedger(ledgerFile: string): FoundExecution[] {
  const database = openLedgerFileForReading(ledgerFile)
  try {
    const rows = database.prepare('SELECT * FROM executions ORDER BY sequence').all() as unknown as ExecutionRow[]
    return rows.map((row) => executionOf(row, ledgerFile))
  } finally {
    database.close()
  }
}

interface ExecutionRow {
  readonly payment_id: string
  readonly type: Execution['type']
  readonly key: string | null
  readonly reference: string | null
  readonly server_id: string
  readonly amount: number
  readonly currency: string
  readonly charge: string | null
  readonly body_hash: string
  readonly at_ms: number
}

function executionOf(row: ExecutionRow, ledgerFile: string): FoundExecution {
  return {
    ledgerFile,
    paymentId: row.payment_id,
    type: row.type,
    key: row.key ?? undefined,
    reference: row.reference ?? undefined,
    serverId: row.server_id,
    amount: row.amount,
    currency: row.currency,
    charge: row.charge ?? undefined,
    bodyHash: row.body_hash,
    atMs: row.at_ms,
  }
}
