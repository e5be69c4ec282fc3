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
import { countResources, ownResources } from './resources.ts'
import type { Left, Sample } from './sample.ts'

/* The API that is soaked: `node api-process.js ADAPTER JOURNAL FOLDER ORIGIN…`. It is asked for samples, and to close. */

const [adapter = 'node', journalName, folder = '.', ...servers] = process.argv.slice(2)
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const resolutionMs = 5
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
const mib = 2 ** 20
const closingMs = 250
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

/* The monitor counts its own interval, and would count the collection. */
function sample(): Sample {
  delay.disable()
  const loopDelayMs = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs)
  collectGarbage()
  const { rss, heapUsed } = process.memoryUsage()
  const held = countResources(process.getActiveResourcesInfo())
  delay.reset()
  delay.enable()
  return { requests, residentMib: rss / mib, heapMib: heapUsed / mib, ...held, loopDelayMs }
}

async function leave({ server, close }: Mounted, ofBalancer: Balancer, ofJournal: Journal): Promise<Left> {
  delay.disable()
  await stopListening(server)
  await close()
  const inFlight = ofBalancer.snapshot().inFlight
  const unsettled = (await ofBalancer.unsettled()).length
  await ofBalancer.close()
  await ofJournal.close()
  return { inFlight, unsettled, resources: await whatStays() }
}

/* A handle that was closed is gone a turn of the loop later. What is still there after a while was not closed. */
async function whatStays(): Promise<readonly string[]> {
  const untilMs = performance.now() + closingMs
  let resources: readonly string[]
  do {
    await new Promise((resolve) => setImmediate(resolve))
    resources = ownResources(process.getActiveResourcesInfo())
  } while (resources.length > 0 && performance.now() < untilMs)
  return resources
}

function stopListening(server: Server): Promise<unknown> {
  if (!server.listening) return Promise.resolve()
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  return closed
}
