import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** Which journal a file holds, and what it says about its secret. */
export interface Identity {
  readonly journal_id: Uint8Array
  readonly secret: Uint8Array | null
  readonly secret_check: Uint8Array
}

/** The one row of `identity`; undefined when it is missing or not what was written. */
export function readIdentity(database: DatabaseSync): Identity | undefined {
  const statement = database.prepare('SELECT * FROM identity')
  const row = statement.get() as unknown as (Identity & { readonly checksum: number }) | undefined
  return row !== undefined && row.checksum === identityChecksum(row) ? row : undefined
}

/** The checksum of the row. */
export function identityChecksum({ journal_id: id, secret, secret_check: check }: Identity): number {
  return crc32(Buffer.concat([id, Buffer.from('|'), secret ?? Buffer.alloc(0), Buffer.from('|'), check]))
}
