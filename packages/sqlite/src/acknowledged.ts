import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { JournalFileError } from './journal-file-error.ts'
import { placeNewFile } from './new-file.ts'

/*
 * SQLite takes a write-ahead log that was cut or damaged for one that ends early, and silently starts from what is left.
 * So the number of the last acknowledged transaction also stands in a small file of its own: a journal that has got to
 * less than that has lost payments. It is written after the journal is on the disk and not waited for, so it is never
 * ahead of a journal that is whole, whatever crashes.
 */

const idBytes = 8
const fileBytes = idBytes + 8 + 4

/** The name of the file that holds the number. */
export function acknowledgedFile(file: string): string {
  return `${file}-acknowledged`
}

/**
 * The number that was acknowledged, or undefined where there is no such file, as beside a restored backup.
 *
 * @throws JournalFileError when it is damaged, or belongs to another journal
 */
export function readAcknowledged(file: string, journalId: Uint8Array): number | undefined {
  const bytes = readIfThere(acknowledgedFile(file))
  if (bytes === undefined) return undefined
  if (bytes.length !== fileBytes || bytes.readUInt32LE(fileBytes - 4) !== crc32(bytes.subarray(0, fileBytes - 4))) {
    throw new JournalFileError(file, `cannot be checked: ${acknowledgedFile(file)} is damaged`)
  }
  if (!bytes.subarray(0, idBytes).equals(journalId)) {
    throw new JournalFileError(file, `is another one than the journal that ${acknowledgedFile(file)} belongs to`)
  }
  return Number(bytes.readBigUInt64LE(idBytes))
}

/** The file that holds the number, open for writing. */
export class Acknowledged {
  readonly #bytes: Buffer = Buffer.alloc(fileBytes)
  readonly #descriptor: number

  /** Makes the file where it is missing, whole or not at all. */
  constructor(file: string, journalId: Uint8Array, commits: number, exists: boolean) {
    this.#bytes.set(journalId)
    const name = acknowledgedFile(file)
    if (!exists) placeNewFile(name, (draft) => writeFileSync(draft, this.#encode(commits), { mode: 0o600 }))
    this.#descriptor = openSync(name, 'r+')
  }

  /** Never throws: the payments are on the disk already, and an older number only finds less. */
  write(commits: number): void {
    try {
      writeSync(this.#descriptor, this.#encode(commits), 0, fileBytes, 0)
    } catch {
      /* The next commit writes it again. */
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #encode(commits: number): Buffer {
    this.#bytes.writeBigUInt64LE(BigInt(commits), idBytes)
    this.#bytes.writeUInt32LE(crc32(this.#bytes.subarray(0, fileBytes - 4)), fileBytes - 4)
    return this.#bytes
  }
}

function readIfThere(name: string): Buffer | undefined {
  try {
    return readFileSync(name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
