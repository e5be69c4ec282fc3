import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** An example in a process of its own, as `pnpm --filter @paylb/examples` runs it. */
export interface RunningExample {
  readonly url: string
  /** Sends SIGTERM. */
  stop(): void
  /** Its exit code; null when it did not end by itself within 15 s of this call. */
  ended(): Promise<number | null>
}

/** Starts an example, and waits until it listens. */
export async function runExample(name: string, servers: readonly string[]): Promise<RunningExample> {
  const file = path.resolve(import.meta.dirname, `../../src/${name}.ts`)
  const child = spawn(process.execPath, ['--conditions=paylb-source', file], {
    env: { ...process.env, PORT: '0', QUIET: '1', NODE_NO_WARNINGS: '1', PAYMENT_SERVERS: servers.join(',') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit') as Promise<[number | null]>
  const port = await Promise.race([portOf(child), exit.then(() => undefined)])
  if (port === undefined) throw new Error(`the example ${name} ended before it listened`)
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => void child.kill('SIGTERM'),
    ended: async () => {
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 15_000)
      const [code] = await exit
      clearTimeout(tooLate)
      return code
    },
  }
}

async function portOf({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined
  let said = ''
  for await (const line of createInterface({ input: stdout })) {
    said += line
    const port = /^listening.*port: (\d+)/u.exec(said)?.[1]
    if (port !== undefined) {
      stdout.resume()
      return port
    }
  }
  return undefined
}
