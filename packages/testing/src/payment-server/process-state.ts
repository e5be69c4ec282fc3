import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/*
 * A signal is delivered some time after it was sent, so a process that was asked to stop counts as stopped only once
 * the system says so. A SIGCONT before that moment would be lost, and the process would stay stopped for ever.
 */

const pollMs = 2

/** Resolves when a process is stopped (SIGSTOP), or gone. */
export async function stopped(pid: number): Promise<void> {
  while (!['T', undefined].includes(stateOf(pid))) await delay(pollMs)
}

/* The letter that `ps` shows: T is stopped. In `/proc` it follows the name, which may hold anything but ends with `)`. */
function stateOf(pid: number): string | undefined {
  try {
    if (!existsSync('/proc/self/stat')) return execFileSync('ps', ['-o', 'state=', '-p', String(pid)]).toString()[0]
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2]
  } catch {
    return undefined
  }
}
