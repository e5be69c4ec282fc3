import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnPaymentServer } from '@paylb/testing'
import type { SpawnedPaymentServer } from '@paylb/testing'
import { onTestFinished } from 'vitest'

/** Three payment servers in processes of their own, each with a ledger of its own, until the test ends. */
export async function startFleet(): Promise<readonly SpawnedPaymentServer[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-examples-'))
  const servers = await Promise.all(
    [1, 2, 3].map((nth) => spawnPaymentServer({ id: `pay-${nth}`, ledgerFile: path.join(folder, `${nth}.ledger`) })),
  )
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.kill()))
    rmSync(folder, { recursive: true })
  })
  return servers
}
