import { randomUUID } from 'node:crypto'

/*
 * A key that is being worked on belongs to a server. When that server's process is killed, nobody would ever finish
 * the work, so the next request with the key takes it over. This is safe at any time: an execution commits only while
 * its server still owns the key (see `ledger.ts`), so a mistaken takeover loses a race but never charges twice.
 */

/** One running server, as the owner of keys. */
export interface KeyOwner {
  readonly id: string
  readonly pid: number
}

export function newKeyOwner(): KeyOwner {
  return { id: randomUUID(), pid: process.pid }
}

/** Whether a process of this machine still exists, paused or not. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
