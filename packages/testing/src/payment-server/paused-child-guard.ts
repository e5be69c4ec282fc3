import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/*
 * A paused process cannot notice that its parent is gone. So while one is paused, a small shell waits at a pipe from
 * this process; when the pipe closes because this process ended, however it did, the shell kills the paused one. It
 * runs detached, so that Ctrl-C in a terminal does not end it first.
 */

export interface PausedChildGuard {
  /** Ends the guard without harm to the child. */
  dismiss(): void
}

/** Sees to it that a process which is about to be paused does not outlive this one. */
export async function guardPausedChild(child: ChildProcess): Promise<PausedChildGuard> {
  const shell = spawn('sh', ['-c', 'read -r _; kill -KILL "$0"', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(shell, 'spawn')
  const dismiss = () => {
    child.off('exit', dismiss)
    shell.kill('SIGKILL')
  }
  /* Its process id may soon be someone else's. */
  child.once('exit', dismiss)
  return { dismiss }
}
