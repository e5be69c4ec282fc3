import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A path for a new ledger, in a directory of its own. */
export function newLedgerFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'paylb-ledger-')), 'ledger.sqlite')
}

/** Deletes a ledger that `newLedgerFile` named, with its directory. */
export function deleteLedgerFile(file: string): void {
  rmSync(dirname(file), { recursive: true, force: true })
}
