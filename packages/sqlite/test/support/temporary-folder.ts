import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A file that is not there yet, in a folder that is deleted when the test has ended. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'paylb-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'payments.journal')
}
