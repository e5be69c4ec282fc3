import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/*
 * The child has an IPC channel that carries nothing: when this process is gone, however it ended, the channel closes
 * and the child exits.
 */

/** What a payment server prints when it listens. */
interface Announcement {
  readonly id: string
  readonly url: string
  readonly controlUrl: string
}

/** A payment server's process that has announced itself. */
export interface StartedChild {
  readonly child: ChildProcess
  readonly announcement: Announcement
}

/* Under Node's own type stripping this file is TypeScript and so is its neighbour; in the package both are JavaScript. */
const mainFile = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url))

/**
 * Starts the process and waits until it listens.
 *
 * @throws Error when it ends before; what it said is on standard error
 */
export async function startChild(flags: readonly string[]): Promise<StartedChild> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainFile, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const output = createInterface({ input: child.stdout as Readable /* a pipe, as asked for above */ })
  const [firstLine] = await Promise.race([once(output, 'line'), failure(child)])
  return { child, announcement: JSON.parse(String(firstLine)) as Announcement }
}

/** Resolves when the process has ended; at once when it has already. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function failure(child: ChildProcess): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  throw new Error(`The payment server ended before it listened (${signal ?? `exit code ${code}`})`)
}
