import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { paylb } from '@paylb/proxy'
import { pin } from '../forwarding/cores.ts'
import { everythingOn } from '../forwarding/contestants/paylb-options.ts'
import { ownUsage } from './usage.ts'
import type { Usage } from './usage.ts'

/*
 * An API in one process or in several on one port: `node cluster-process.js WORKERS CORE ORIGIN…`, with 0 workers for a
 * process without a cluster, and `-` for any core. It says its URL, and each message is answered with what it used.
 */

/* A thousand callers come at once; with Node's 511 the system drops some of them, who come again after a second or three. */
const backlog = 4_096

const [workers = '0', core = '-', ...servers] = process.argv.slice(2)
process.once('disconnect', () => process.exit(0))
if (workers !== '0' && cluster.isPrimary) lead(Number(workers))
else await serve()

async function serve(): Promise<void> {
  if (core !== '-') pin(process.pid, [Number(core)])
  const server = createServer(paylb(everythingOn(servers))).listen(0, '127.0.0.1', backlog)
  await once(server, 'listening')
  process.on('message', () => process.send?.({ value: ownUsage() }))
  if (workers === '0') tellUrl((server.address() as AddressInfo).port)
}

function lead(count: number): void {
  const all = Array.from({ length: count }, () => cluster.fork())
  let listening = 0
  cluster.on('listening', (_worker, { port }) => {
    listening += 1
    if (listening === count) tellUrl(port)
  })
  process.on('message', () => {
    usageOfAll(all).then(
      (value) => process.send?.({ value }),
      () => process.exit(1),
    )
  })
}

async function usageOfAll(all: readonly Worker[]): Promise<Usage> {
  const own = ownUsage()
  const theirs = await Promise.all(all.map(usageOf))
  return {
    ...own,
    cpuMicroseconds: theirs.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, own.cpuMicroseconds),
  }
}

async function usageOf(worker: Worker): Promise<Usage> {
  const answered = once(worker, 'message') as Promise<[{ readonly value: Usage }]>
  worker.send({})
  const [{ value }] = await answered
  return value
}

function tellUrl(port: number): void {
  process.send?.({ value: `http://127.0.0.1:${port}` })
}
