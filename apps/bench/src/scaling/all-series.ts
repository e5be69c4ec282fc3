import { pin } from '../forwarding/cores.ts'
import { byBodies } from './by-bodies.ts'
import { byConnections, byProcesses, byServers } from './measured.ts'
import type { Means } from './measured.ts'
import type { Series } from './series.ts'

/* Whose core is which: an API alone has one of its own; several processes of one API have all there are. */

/** All series that could be measured, and why the others could not. */
export interface AllSeries {
  readonly series: readonly Series[]
  readonly failures: readonly string[]
}

/** Measures everything. A series that fails as a whole is a reason, and the others go on. */
export async function measureAll(means: Means): Promise<AllSeries> {
  const series: Series[] = []
  const failures: string[] = []
  for (const [title, measure] of parts(means)) {
    try {
      series.push(await measure())
    } catch (error) {
      failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { series, failures }
}

function parts(means: Means): readonly (readonly [title: string, measure: () => Promise<Series>])[] {
  const { api, rest } = means.cores
  return [
    ['servers', () => byServers(means)],
    ['connections', () => byConnections(means)],
    ['bytes of the body', () => byBodies(means)],
    [
      'processes',
      () => {
        if (api !== undefined) pin(process.pid, [api, ...rest])
        return byProcesses(means)
      },
    ],
  ]
}
