import { createPoolCluster } from 'mysql2'
import { addressOf, forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/*
 * mysql2's pool cluster has no public call that only selects: `getConnection` selects a node and then opens a
 * connection. Measured is its inner selection, `of('*', 'RR')._getClusterNode()`, which is all that comes before.
 */

const select = '_getClusterNode'

interface Selecting {
  [select](): unknown
}

/** The selection of a pool cluster, in turn. */
export function mysql2({ servers }: ContestantOptions): Contestant {
  const cluster = createPoolCluster()
  forEachServer(servers, (index) => cluster.add(`node-${index}`, { host: addressOf(index) }))
  const namespace = cluster.of('*', 'RR') as unknown as Selecting
  return { pick: () => namespace[select]() ?? undefined }
}
