import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnPaymentServer } from '@paylb/testing'
import type { Dedupe, SpawnedPaymentServer } from '@paylb/testing'
import type { AdapterName, ApiSetup } from '../api/setup.ts'
import { ApiProcess } from './api-process.ts'
import type { ApiEvents } from './api-process.ts'
import { declared, serversOf } from './ledgers.ts'
import type { LedgerMode } from './ledgers.ts'

/** What a fleet is made of. */
export interface FleetPlan extends Pick<ApiSetup, 'strategy' | 'timeouts' | 'health' | 'recovery' | 'reconciles'> {
  readonly adapter: AdapterName
  readonly ledgers: LedgerMode
  readonly seed: number
  /** Which answers a ledger replays; everything unless given. With `none` payments will be charged twice. */
  readonly dedupe?: Dedupe
}

/** Payment servers and an API, each a process of its own, with ledgers and a journal in one folder. */
export interface Fleet {
  readonly servers: readonly SpawnedPaymentServer[]
  readonly api: ApiProcess
  readonly folder: string
  readonly ledgerFiles: readonly string[]
  readonly journalFile: string
  /** Ends every process that is left, and deletes the folder unless it is to be kept. */
  stop(options: { readonly keepsFolder: boolean }): Promise<void>
}

/** Starts everything on free ports. What was started is stopped again when a later part fails. */
export async function startFleet(plan: FleetPlan, events: ApiEvents): Promise<Fleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-chaos-'))
  const listed = serversOf(plan.ledgers, folder)
  const started = await Promise.allSettled(
    listed.map((server, index) =>
      spawnPaymentServer({ ...server, seed: plan.seed + index, dedupe: plan.dedupe ?? 'everything' }),
    ),
  )
  const servers = started.filter((result) => result.status === 'fulfilled').map((result) => result.value)
  const journalFile = path.join(folder, 'payments.journal')
  const { adapter, strategy, timeouts, health, recovery, reconciles } = plan
  const setup = {
    adapter,
    strategy,
    timeouts,
    health,
    recovery,
    reconciles,
    journalFile,
    ...declared(plan.ledgers, servers),
  }
  const api = new ApiProcess(setup, path.join(folder, 'api.log'), events)
  const stop = async ({ keepsFolder }: { readonly keepsFolder: boolean }): Promise<void> => {
    await Promise.all([api.kill(), ...servers.map((server) => server.kill())])
    if (!keepsFolder) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const failed = started.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    await api.start()
  } catch (error) {
    await stop({ keepsFolder: false })
    throw error
  }
  const ledgerFiles = [...new Set(listed.map((server) => server.ledgerFile))]
  return { servers, api, folder, ledgerFiles, journalFile, stop }
}

/** What a fleet that was stopped has left behind. */
export function leftovers({ folder, api, servers }: Fleet): readonly string[] {
  const pids = [...api.pids, ...servers.map((server) => server.pid)].filter((pid) => isAlive(pid))
  return [...pids.map((pid) => `process ${pid}`), ...(existsSync(folder) ? [folder] : [])]
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
