import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnPaymentServer } from '@paylb/testing'
import type { SpawnedPaymentServer } from '@paylb/testing'

/** Three payment servers and an API, each a process of its own, with real ledgers on disk. */
export interface Fleet {
  readonly servers: readonly SpawnedPaymentServer[]
  readonly ledgers: readonly string[]
  /** Where the API listens. */
  readonly url: string
  /** Ends every process and deletes the ledgers. */
  stop(): Promise<void>
}

const names = ['pay-1', 'pay-2', 'pay-3']

/** Starts everything on free ports. What was started is stopped again when a later part fails. */
export async function startFleet(): Promise<Fleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-demo-'))
  const ledgers = names.map((name) => path.join(folder, `${name}.ledger`))
  const started = await Promise.allSettled(
    names.map((id, index) => spawnPaymentServer({ id, ledgerFile: ledgers[index] ?? '' })),
  )
  const servers = started.filter((result) => result.status === 'fulfilled').map((result) => result.value)
  let api: ChildProcess | undefined
  let isStopping = false
  const stop = async (): Promise<void> => {
    isStopping = true
    await Promise.all([endProcess(api), ...servers.map((server) => server.kill())])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const failed = started.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    api = fork(
      path.join(import.meta.dirname, 'api.js'),
      servers.map((server) => `${server.id}=${server.url}`),
    )
    api.once('exit', (code, signal) => {
      if (!isStopping) console.error(`\nthe API ended by itself (${signal ?? `code ${code}`})`)
    })
    const [url] = (await Promise.race([once(api, 'message'), failsOnExit(api)])) as [string]
    return { servers, ledgers, url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function failsOnExit(api: ChildProcess): Promise<never> {
  const [code] = (await once(api, 'exit')) as [number | null]
  throw new Error(`the API ended with code ${code} before it listened`)
}

async function endProcess(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
