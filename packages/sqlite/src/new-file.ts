import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'

/**
 * Makes a file that is there whole or not at all, whatever crashes, so that an empty or cut file is never a new one.
 * When another process is faster, its file stays.
 *
 * @param write fills the draft, which stands beside the file
 */
export function placeNewFile(file: string, write: (draft: string) => void): void {
  const draft = `${file}.${randomUUID()}`
  try {
    write(draft)
    syncToDisk(draft, 'r+')
    linkSync(draft, file)
  } catch (error) {
    const isMadeByAnother = error instanceof Error && 'syscall' in error && error.syscall === 'link'
    if (!isMadeByAnother || !('code' in error) || error.code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  if (process.platform !== 'win32') syncToDisk(dirname(file), 'r')
}

function syncToDisk(name: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(name, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
