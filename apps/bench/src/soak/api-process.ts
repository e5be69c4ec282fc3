import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import path from 'node:path'
import { createBalancer, memoryJournal } from '@paylb/core'
import type { Balancer, Journal } from '@paylb/core'
import { sqliteJournal } from '@paylb/sqlite'
import { adapters } from './adapters.ts'
import type { Mounted } from './adapters.ts'
import type { AdapterName } from './arguments.ts'
import type { Left, Sample } from './sample.ts'

/* The API that is soaked: `node api-process.js ADAPTER JOURNAL FOLDER ORIGIN…`. It is asked for samples, and to close. */

const [adapter = 'node', journalName, folder = '.', ...servers] = process.argv.slice(2)
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const delay = monitorEventLoopDelay({ resolution: 5 })
const mib = 2 ** 20
let requests = 0

const journal: Journal =
  journalName === 'sqlite' ? sqliteJournal({ file: path.join(folder, 'journal') }) : memoryJournal()
const balancer = createBalancer({
  servers,
  ledger: 'shared',
  journal,
  observer: { onPaymentEnd: () => (requests += 1), onWarning: () => {} },
})
const mounted = await adapters[adapter as AdapterName](balancer)
if (!mounted.server.listening) await once(mounted.server, 'listening')
delay.enable()
process.on('message', ({ close }: { close: boolean }) => {
  answer(close ? leave(mounted, balancer, journal) : Promise.resolve(sample())).catch(() => process.exit(1))
})
process.once('disconnect', () => process.exit(0))
process.send?.({ value: `http://127.0.0.1:${(mounted.server.address() as AddressInfo).port}` })

async function answer(value: Promise<Sample | Left>): Promise<void> {
  process.send?.({ value: await value })
}

function sample(): Sample {
  collectGarbage()
  const { rss, heapUsed } = process.memoryUsage()
  const loopDelayMs = delay.percentile(99) / 1e6
  delay.reset()
  const handles = process.getActiveResourcesInfo().length
  return { requests, residentMib: rss / mib, heapMib: heapUsed / mib, handles, loopDelayMs }
}

async function leave({ server, close }: Mounted, ofBalancer: Balancer, ofJournal: Journal): Promise<Left> {
  delay.disable()
  await stopListening(server)
  await close()
  const inFlight = ofBalancer.snapshot().servers.reduce((sum, one) => sum + one.inFlight, 0)
  await ofBalancer.close()
  await ofJournal.close()
  await new Promise((resolve) => setImmediate(resolve))
  // The channel to whoever asked, and nothing else.
  return { inFlight, resources: process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap') }
}

function stopListening(server: Server): Promise<unknown> {
  if (!server.listening) return Promise.resolve()
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  return closed
}
