import { openLedgerFileForReading } from '../ledger/ledger-file.ts'

/** A key that more than one ledger has seen. */
export interface SharedKey {
  readonly key: string
  /** The files of the ledgers that have seen it. */
  readonly ledgerFiles: readonly string[]
}

/**
 * The idempotency keys that reached more than one ledger, whether or not they were executed there. Two executions of one
 * payment on two ledgers begin like this.
 *
 * @throws Error that names a file which is missing or no ledger
 */
export function keysOnSeveralLedgers(ledgerFiles: readonly string[]): readonly SharedKey[] {
  const seenIn = new Map<string, string[]>()
  for (const ledgerFile of new Set(ledgerFiles)) {
    for (const key of readKeys(ledgerFile, seenKeys)) seenIn.set(key, [...(seenIn.get(key) ?? []), ledgerFile])
  }
  return [...seenIn].filter(([, files]) => files.length > 1).map(([key, files]) => ({ key, ledgerFiles: files }))
}

/**
 * The idempotency keys of declined payments.
 *
 * @throws Error that names a file which is missing or no ledger
 */
export function readDeclinedKeys(ledgerFiles: readonly string[]): ReadonlySet<string> {
  return new Set(ledgerFiles.flatMap((ledgerFile) => readKeys(ledgerFile, declinedKeys)))
}

const declinedKeys = 'SELECT key FROM declines WHERE key IS NOT NULL'
const seenKeys = `SELECT key FROM idempotency_keys UNION SELECT key FROM executions WHERE key IS NOT NULL
  UNION ${declinedKeys}`

function readKeys(ledgerFile: string, query: string): readonly string[] {
  const database = openLedgerFileForReading(ledgerFile)
  try {
    const rows = database.prepare(query).all() as unknown as readonly { readonly key: string }[]
    return rows.map(({ key }) => key)
  } finally {
    database.close()
  }
}
