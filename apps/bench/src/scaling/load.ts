import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import { payment, path as paymentPath } from '../forwarding/workloads.ts'
import { readWrk } from '../forwarding/wrk-figures.ts'
import { wrkScript } from '../forwarding/wrk-script.ts'

/* wrk where it is installed, since it takes least from the cores that are measured; otherwise undici, in this process. */

/* A thousand callers on one core wait for each other. */
const patienceSeconds = 10
/* Compilers count calls and not seconds. */
const warmRequests = 40_000
const mostTurns = 3

/** Loads an API over so many connections for so many whole seconds. @throws Error when requests failed */
export type Load = (url: string, connections: number, seconds: number) => Promise<Loaded>

/** What a load came to. */
interface Loaded {
  readonly requests: number
  readonly seconds: number
}

/** @param wrk its path, if it is installed @param folder for its script */
export function makeLoad(wrk: string | undefined, folder: string): Load {
  if (wrk === undefined) return loadWithUndici
  const script = path.join(folder, 'scaling.lua')
  writeFileSync(script, wrkScript('POST'))
  return async (url, connections, seconds) => {
    const target = ['-s', script, `${url}${paymentPath}`, '--', randomUUID()]
    const given = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', `${patienceSeconds}s`, ...target]
    const limit = { timeout: (seconds + 10) * 1_000, killSignal: 'SIGKILL' } as const
    const { requests, microseconds } = readWrk((await promisify(execFile)(wrk, given, limit)).stdout)
    return { requests, seconds: microseconds / 1e6 }
  }
}

/** Loads an API until it has answered so many requests, but not for ever. A load that fails will fail again, and be told then. */
export async function warmUp(load: Load, url: string, connections: number, seconds: number): Promise<void> {
  try {
    let answered = 0
    for (let turn = 0; turn < mostTurns && answered < warmRequests; turn += 1) {
      answered += (await load(url, connections, seconds)).requests
    }
  } catch {
    return
  }
}

const loadWithUndici: Load = async (url, connections, seconds) => {
  const pool = new Pool(url, { connections })
  const startedMs = performance.now()
  const untilMs = startedMs + seconds * 1_000
  const body = Buffer.from(payment)
  try {
    const requests = await send(pool, connections, body, () => performance.now() >= untilMs)
    return { requests, seconds: (performance.now() - startedMs) / 1_000 }
  } finally {
    await pool.destroy()
  }
}

/**
 * Sends requests with this body, so many at a time, until `isOver` says so of those that were begun.
 *
 * @returns how many there were
 * @throws Error when one is not answered with 200
 */
export async function send(
  pool: Pool,
  atATime: number,
  body: Uint8Array,
  isOver: (begun: number) => boolean,
): Promise<number> {
  let begun = 0
  const lane = async (): Promise<void> => {
    while (!isOver(begun)) {
      begun += 1
      const headers = { 'idempotency-key': randomUUID() }
      const { statusCode, body: answer } = await pool.request({ path: paymentPath, method: 'POST', headers, body })
      await answer.dump()
      if (statusCode !== 200) throw new Error(`a request of ${body.length} bytes was answered with ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: atATime }, lane))
  return begun
}
