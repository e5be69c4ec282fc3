import { Pool } from 'undici'
import { NodeApi } from '../forwarding/node-api.ts'
import { ClusteredApi } from './clustered-api.ts'
import { send } from './load.ts'
import type { Means } from './measured.ts'
import { measureSeries } from './series.ts'
import type { Series } from './series.ts'

/*
 * CPU time and peak of memory of an API, by bytes of the body of a payment with a key. Each size has an API of its own,
 * for its own peak. Beside it stands what the same body costs the ceiling, since Node's own sockets have steps, too.
 */

const bodiesAtATime = 8
const fewestBodies = 16
const mostBodies = 6_000
/* A few hundred large bodies warm nothing that a request needs whatever its size: each process gets as many small ones. */
const smallBytes = 330
const warmRequests = 8_000
const warmTurns = 3
const work = 'one and its bytes'

/** Measures every size. */
export async function byBodies({ plan, cores, origins, onRound }: Means): Promise<Series> {
  const ceiling = await NodeApi.start('ceiling', origins, cores.api)
  const apis = new Map<number, ClusteredApi>()
  const requestsOf = (bytes: number): number =>
    Math.max(fewestBodies, Math.min(mostBodies, Math.round(plan.bytesPerRound / Math.max(bytes, 1))))
  const warmed = async (bytes: number): Promise<ClusteredApi> => {
    const api = await ClusteredApi.start(0, origins, cores.api)
    apis.set(bytes, api)
    for (const { url } of [api, ceiling]) {
      await sendBodies(url, smallBytes, warmRequests)
      await sendBodies(url, bytes, warmTurns * requestsOf(bytes))
    }
    return api
  }
  try {
    return await measureSeries({
      title: 'bytes of the body',
      columns: [
        { unit: 'CPU µs per request', work },
        { unit: 'of the ceiling', work: undefined },
        { unit: 'MiB resident at most', work },
      ],
      sizes: plan.bodies,
      rounds: plan.rounds,
      onRound,
      measure: async (bytes) => {
        const api = apis.get(bytes) ?? (await warmed(bytes))
        const requests = requestsOf(bytes)
        const own = await cpuPerRequest(api, bytes, requests)
        const theirs = await cpuPerRequest(ceiling, bytes, requests)
        return [own, theirs, (await api.usage()).peakMib]
      },
    })
  } finally {
    ceiling.end()
    for (const api of apis.values()) api.end()
  }
}

async function cpuPerRequest(api: ClusteredApi | NodeApi, bytes: number, requests: number): Promise<number> {
  const before = await api.cpuMicroseconds()
  const sent = await sendBodies(api.url, bytes, requests)
  return ((await api.cpuMicroseconds()) - before) / sent
}

async function sendBodies(url: string, bytes: number, requests: number): Promise<number> {
  const pool = new Pool(url, { connections: bodiesAtATime })
  try {
    return await send(pool, bodiesAtATime, Buffer.alloc(bytes, 'x'), (begun) => begun >= requests)
  } finally {
    await pool.destroy()
  }
}
