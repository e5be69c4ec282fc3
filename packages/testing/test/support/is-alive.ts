import { existsSync, readFileSync } from 'node:fs'

/* A killed process whose new parent has not collected it yet is a zombie, and dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).path !== undefined && !existsSync('/proc')
  }
}
