/*
 * The main job of paylb on real processes and real faults: payments through an ordinary API, past servers that are
 * killed, paused, slow and resetting; then the ledgers are held against what the callers were told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { checkLedgers, formatLedgerReport } from '@paylb/testing'
import { sendPayments } from './client.ts'
import type { ToldPayment } from './client.ts'
import { runFaults } from './fault-schedule.ts'
import { startFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { Progress } from './progress.ts'
import { table } from './table.ts'

const paymentsPerSecond = 150

const usage = `demo            payments past dying servers, then a check of the ledgers: about 30 s
demo --serve    keeps three payment servers and an API up, to play with`

const interrupted = new AbortController()
process.on('SIGINT', () => interrupted.abort())
process.on('SIGTERM', () => interrupted.abort())
process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = readArguments()
  if (values.help) {
    console.log(usage)
    return 0
  }
  console.log('starting three payment servers and an Express API with app.use(paylb(…)) …')
  const fleet = await startFleet()
  try {
    for (const server of fleet.servers) console.log(`  ${server.id}  ${server.url}  process ${server.pid}`)
    console.log(`  API    ${fleet.url}\n`)
    return values.serve ? await serve(fleet) : await demonstrate(fleet)
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    console.log('\ninterrupted; everything is stopped')
    return 130
  } finally {
    await fleet.stop()
  }
}

function readArguments(): { values: { serve: boolean; help: boolean } } {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ options: { serve: flag, help: flag } })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(usage)
    return process.exit(2)
  }
}

async function demonstrate(fleet: Fleet): Promise<number> {
  const told: ToldPayment[] = []
  const progress = new Progress()
  const enough = new AbortController()
  const payments = sendPayments(fleet.url, paymentsPerSecond, enough.signal, (payment) => {
    told.push(payment)
    progress.told(payment)
  })
  try {
    await runFaults(fleet, interrupted.signal, (what) => progress.step(what))
  } finally {
    enough.abort()
    progress.end()
  }
  await payments
  await untilIdle(fleet)
  const report = checkLedgers({
    ledgers: fleet.ledgers,
    told: told.map(({ reference, outcome }) => ({ reference, outcome })),
  })
  console.log(`\n${table(told, report)}\n`)
  const isGood = report.ok && told.every((payment) => payment.answered) && told.length > 0
  console.log(
    isGood
      ? 'nothing was charged twice, nothing was lost, nobody was told a wrong outcome'
      : formatLedgerReport(report),
  )
  return isGood ? 0 : 1
}

/* A paused server executes what it had accepted when it goes on: the ledgers are read when nobody works any more. */
async function untilIdle(fleet: Fleet): Promise<void> {
  for (;;) {
    const stats = await Promise.all(fleet.servers.map((server) => server.stats()))
    if (stats.every((one) => one.inFlight === 0)) return
    await sleep(50, undefined, { signal: interrupted.signal })
  }
}

async function serve(fleet: Fleet): Promise<number> {
  console.log(`everything stays up until Ctrl-C. Try:

  curl -i ${fleet.url}/payments/charges -H 'content-type: application/json' -H 'idempotency-key: order-1' -d '{"amount":1000}'
  curl ${fleet.url}/servers
  kill -9 ${fleet.servers[1]?.pid}    # kill pay-2
  kill -STOP ${fleet.servers[0]?.pid}    # pause pay-1; kill -CONT ${fleet.servers[0]?.pid} lets it go on

Each server has a ledger of its own here, so a key is known only to the server that got it: the same key sent twice may be
charged on two servers. That is the caller's doing, and paylb does not prevent it yet.
`)
  await sleep(2 ** 31 - 1, undefined, { signal: interrupted.signal })
  return 0
}
