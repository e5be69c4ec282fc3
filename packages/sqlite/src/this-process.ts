import { readFileSync, readlinkSync } from 'node:fs'

/*
 * Whether another process is provably gone, so that after a crash its payments are found at once instead of after three
 * silent heartbeats. A process id alone proves nothing: it may be of another machine, another container or another boot,
 * or be used again. On Linux all of these can be told apart; elsewhere nothing is proven and the heartbeat decides.
 */

/** Names this process across boots, containers and reused ids; empty where that is not possible. */
export function thisProcess(): string {
  const kernel = kernelName()
  const started = startOf(process.pid)
  return kernel === undefined || started === undefined ? '' : `${kernel} ${process.pid} ${started}`
}

/** Whether a process that named itself so is provably gone. */
export function isGone(name: string): boolean {
  const [boot, namespace, pid, started] = name.split(' ')
  if (boot === undefined || `${boot} ${namespace}` !== kernelName() || !/^\d+$/u.test(pid ?? '')) return false
  const startedNow = startOf(Number(pid))
  return startedNow === undefined ? !isThere(Number(pid)) : startedNow !== started
}

/* This boot of this kernel, and the namespace in which process ids count. */
function kernelName(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

/* When the process started, in ticks since boot; `gone` for one that has ended and was not yet waited for. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? 'gone' : fields[18]
  } catch {
    return undefined
  }
}

/* /proc may hide processes of other users, a signal does not. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
