import { ClusterConnectionPool, HttpConnection, WeightedConnectionPool } from '@elastic/transport'
import { addressOf, forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/*
 * The connection pools of Elasticsearch's transport, public API: `getConnection` as the transport calls it, then
 * `markAlive`, as it does after an answer. Connections open no socket before their first request.
 */

const pools = { weighted: WeightedConnectionPool, cluster: ClusterConnectionPool }

/** The names of the pools. */
export type ElasticPool = 'weighted' | 'cluster'

/** One of the two pools. */
export function elastic(kind: ElasticPool, { servers }: ContestantOptions): Contestant {
  const pool = new pools[kind]({ Connection: HttpConnection })
  pool.addConnection(forEachServer(servers, (index) => `http://${addressOf(index)}:9200/`))
  return {
    pick: () => {
      const connection = pool.getConnection({ requestId: 1, name: 'bench', context: undefined, now: Date.now() })
      if (connection === null) return undefined
      pool.markAlive(connection)
      return connection
    },
  }
}
