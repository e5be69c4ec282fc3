import { Pool } from 'undici'
import { LiveProcess } from '../clients/live-process.ts'
import { NodeApi } from '../forwarding/node-api.ts'
import { runCell } from '../measure/run-cell.ts'
import { load } from './load.ts'

/* Each series is measured step by step; a step that cannot be measured has no figure, and the others go on. */

/** One step of a series. */
export interface Step {
  readonly size: number
  /** What one request costs at this size, in the unit of the series; undefined: not measured. */
  readonly cost: number | undefined
  readonly failure: string | undefined
}

const isSource = import.meta.url.endsWith('.ts')
const limitMs = 60_000
const rounds = 3

/** Microseconds per `run`, by number of servers. */
export function byServers(sizes: readonly number[]): Promise<readonly Step[]> {
  const module = new URL(`./servers-cell.${isSource ? 'ts' : 'js'}`, import.meta.url).href
  return steps(sizes, async (servers) => {
    const costs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const result = await runCell({ title: `${servers} servers`, module, input: { servers } }, limitMs)
      if (!result.ok) throw new Error(result.reason)
      costs.push(Number(result.value))
    }
    return Math.min(...costs)
  })
}

/** Processor microseconds of the API per request, by connections. */
export async function byConnections(servers: readonly string[], sizes: readonly number[]): Promise<readonly Step[]> {
  const body = Buffer.alloc(330, 'x')
  return withApi(servers, (api) => steps(sizes, (connections) => costOf(api, 6_000, connections, body)))
}

/** Processor microseconds of the API per request, by bytes of the body. */
export async function byBody(servers: readonly string[], sizes: readonly number[]): Promise<readonly Step[]> {
  const bytesPerRound = 60_000_000
  const [fewest, most] = [12, 6_000]
  return withApi(servers, (api) =>
    steps(sizes, (bytes) => {
      const requests = Math.max(fewest, Math.min(most, Math.round(bytesPerRound / Math.max(bytes, 1))))
      return costOf(api, requests, 8, Buffer.alloc(bytes, 'x'))
    }),
  )
}

/** Requests per second, by processes of one cluster. */
export function byProcesses(servers: readonly string[], sizes: readonly number[]): Promise<readonly Step[]> {
  const body = Buffer.alloc(330, 'x')
  return steps(sizes, async (workers) => {
    const live = new LiveProcess('../scaling/cluster-process', [String(workers), ...servers])
    const started = await live.ask(undefined, limitMs)
    const pool = new Pool(String(started.ok ? started.value : 'http://127.0.0.1'), { connections: 64 })
    try {
      if (!started.ok) throw new Error(started.reason)
      await load(pool, 20_000, 64, body)
      const startedMs = performance.now()
      await load(pool, 20_000, 64, body)
      return 20_000_000 / (performance.now() - startedMs)
    } finally {
      await pool.destroy()
      live.end()
    }
  })
}

async function withApi<Found>(servers: readonly string[], use: (api: NodeApi) => Promise<Found>): Promise<Found> {
  const api = await NodeApi.start('paylb', servers, undefined)
  try {
    return await use(api)
  } finally {
    api.end()
  }
}

async function costOf(api: NodeApi, requests: number, connections: number, body: Uint8Array): Promise<number> {
  const pool = new Pool(api.url, { connections })
  try {
    await load(pool, 2 * requests, connections, body)
    const costs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const before = await api.cpuMicroseconds()
      await load(pool, requests, connections, body)
      costs.push(((await api.cpuMicroseconds()) - before) / requests)
    }
    return Math.min(...costs)
  } finally {
    await pool.destroy()
  }
}

async function steps(sizes: readonly number[], measure: (size: number) => Promise<number>): Promise<readonly Step[]> {
  const found: Step[] = []
  for (const size of sizes) {
    try {
      found.push({ size, cost: await measure(size), failure: undefined })
    } catch (error) {
      found.push({ size, cost: undefined, failure: error instanceof Error ? error.message : String(error) })
    }
  }
  return found
}
