import { checkLedgers } from '@paylb/testing'
import type { LedgerReport, SpawnedPaymentServer } from '@paylb/testing'
import { expect, test } from 'vitest'
import { payUntilItEnds } from './support/callers.ts'
import type { Told } from './support/callers.ts'
import { examples } from './support/examples.ts'
import { startFleet } from './support/fleet.ts'
import { runExample } from './support/running-example.ts'
import { chargeEverySize, forwardEverySize } from './support/sizes.ts'

/* Each example as its users would try it: bodies of every size, a payment server that restarts, and a stop under load. */

const noViolation = { ok: true, chargedTwice: [], lost: [], misreported: [], unannounced: [] }
const callers = 20

test.for(examples)(
  '$name: nothing is lost when a server restarts and the API is stopped, and nothing hangs',
  async (example) => {
    const servers = await startFleet()
    const running = await runExample(
      example.name,
      servers.map(({ url }) => url),
    )
    const before = example.forwards ? await forwardEverySize(running.url) : await chargeEverySize(example, running.url)
    let restarted: Promise<void> | undefined
    const told = await payUntilItEnds(example, running.url, callers, {
      100: () => void (restarted = servers[0]?.restart()),
      300: () => running.stop(),
    })
    expect(await running.ended()).toBe(0)
    await restarted
    const report = compare(servers, new Map([...(before ?? []), ...told]))
    expect(report).toMatchObject(noViolation)
    expect(report.succeeded).toBeGreaterThan(200)
    expect(report.unknown).toBeLessThanOrEqual(callers) // what was at the server that restarted
  },
)

/* Who got no answer, because the API had closed the connection, must not have been charged either. */
function compare(servers: readonly SpawnedPaymentServer[], told: Told): LedgerReport {
  const ledgers = servers.map(({ ledgerFile }) => ledgerFile)
  const payments = [...told].map(([reference, outcome]) => ({ reference, outcome: outcome ?? 'not-executed' }) as const)
  return checkLedgers({ ledgers, told: payments })
}
