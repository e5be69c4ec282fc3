import { byBody, byConnections, byProcesses, byServers } from './measured.ts'
import type { Step } from './measured.ts'

/** How a figure goes with a size. */
export interface Series {
  readonly title: string
  readonly unit: string
  readonly steps: readonly Step[]
  /** How much there is to do at a size; undefined where growth is what is wanted. */
  readonly workOf: ((size: number) => number) | undefined
}

const same = (): number => 1
/* Below this a body costs nothing that could be seen. */
const freeBytes = 8_192

/** Measures everything. @param onSeries called before each one */
export async function measureAll(
  servers: readonly string[],
  onSeries: (title: string) => void,
): Promise<readonly Series[]> {
  const all: Series[] = []
  const add = async (
    title: string,
    unit: string,
    measure: () => Promise<readonly Step[]>,
    workOf: Series['workOf'],
  ): Promise<void> => {
    onSeries(title)
    all.push({ title, unit, steps: await measure(), workOf })
  }
  await add('servers', 'µs per run', () => byServers([3, 10, 100, 1_000, 10_000]), same)
  await add('connections', 'CPU µs per request', () => byConnections(servers, [16, 64, 256, 1_024]), same)
  await add(
    'bytes of the body',
    'CPU µs per request',
    () => byBody(servers, [0, 1_024, 65_536, 1_048_576, 10_000_000]),
    (bytes) => Math.max(bytes, freeBytes),
  )
  await add('processes', 'requests per second', () => byProcesses(servers, [1, 2]), undefined)
  return all
}
