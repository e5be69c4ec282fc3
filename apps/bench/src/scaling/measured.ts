import type { Cores } from '../forwarding/cores.ts'
import { runCell } from '../measure/run-cell.ts'
import { ClusteredApi } from './clustered-api.ts'
import { warmUp } from './load.ts'
import type { Load } from './load.ts'
import type { Plan } from './plan.ts'
import { measureSeries } from './series.ts'
import type { Series } from './series.ts'
import type { ServersFigure } from './servers-cell.ts'

/* Series by servers, connections and processes. APIs live through all rounds, so that every round finds warm code. */

/** With what to measure. */
export interface Means {
  readonly plan: Plan
  readonly cores: Cores
  /** Where requests are forwarded to. */
  readonly origins: readonly string[]
  readonly load: Load
  readonly onRound: (part: string, title: string) => void
}

const limitMs = 60_000
const each = 'one at every size'

/** CPU time of a `run` and memory of a balancer, by servers. */
export function byServers({ plan, onRound }: Means): Promise<Series> {
  const module = new URL(`./servers-cell.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href
  return measureSeries({
    title: 'servers',
    columns: [
      { unit: 'CPU µs per run', work: each },
      { unit: 'KiB per server', work: each },
    ],
    sizes: plan.servers,
    rounds: plan.rounds,
    onRound,
    measure: async (servers) => {
      const input = { servers }
      const result = await runCell({ title: `${servers}`, module, input, nodeFlags: ['--expose-gc'] }, limitMs)
      if (!result.ok) throw new Error(result.reason)
      const { microseconds, bytes } = result.value as ServersFigure
      return [microseconds, bytes / servers / 1_024]
    },
  })
}

/** CPU time of an API, by connections to it. */
export async function byConnections({ plan, cores, origins, load, onRound }: Means): Promise<Series> {
  const api = await ClusteredApi.start(0, origins, cores.api)
  try {
    await warmUp(load, api.url, Math.max(...plan.connections), plan.warmUpSeconds)
    return await measureSeries({
      title: 'connections',
      columns: [
        { unit: 'CPU µs per request', work: each },
        { unit: 'requests per second', work: undefined },
      ],
      sizes: plan.connections,
      rounds: plan.loadRounds,
      onRound,
      measure: (connections) => measureLoad(api, connections, plan.secondsPerRound, load),
    })
  } finally {
    api.end()
  }
}

/** Requests per second and CPU time of a cluster, by its processes. */
export async function byProcesses({ plan, origins, load, onRound }: Means): Promise<Series> {
  const apis = new Map<number, ClusteredApi>()
  try {
    for (const workers of plan.workers) apis.set(workers, await ClusteredApi.start(workers, origins, undefined))
    for (const api of apis.values()) await warmUp(load, api.url, 64, plan.warmUpSeconds)
    return await measureSeries({
      title: 'processes',
      columns: [
        { unit: 'requests per second', work: undefined },
        { unit: 'CPU µs per request', work: each },
      ],
      sizes: plan.workers,
      rounds: plan.loadRounds,
      onRound,
      measure: async (workers) => {
        const api = apis.get(workers)
        if (api === undefined) throw new Error('it was not started')
        return (await measureLoad(api, 64, plan.secondsPerRound, load)).toReversed()
      },
    })
  } finally {
    for (const api of apis.values()) api.end()
  }
}

async function measureLoad(
  api: ClusteredApi,
  connections: number,
  forSeconds: number,
  load: Load,
): Promise<readonly number[]> {
  const before = await api.cpuMicroseconds()
  const { requests, seconds } = await load(api.url, connections, forSeconds)
  return [((await api.cpuMicroseconds()) - before) / requests, requests / seconds]
}
