import { strategies } from '@paylb/core'
import type { StrategyName } from '@paylb/core'
import type { Contestant, ContestantOptions } from './contestant.ts'

/*
 * Everybody who is measured. Our own are read from core's registry when the bench runs, so a new strategy appears by
 * itself; a peer is loaded only in the process that measures it, so one that cannot be loaded disturbs nobody.
 */

/** The contestant that everything is compared with. */
export const reference = 'bare two-choices loop'

/** Somebody else's pick. */
interface Peer {
  /** What exactly is measured. */
  readonly note: string
  make(options: ContestantOptions): Promise<Contestant>
}

const grpcNote =
  'the balancer’s own picker over connected stand-ins for subchannels, through the exported `experimental`; with `onCallEnded`'
const elasticNote = '`getConnection` and `markAlive`; public API'

const peers: Readonly<Record<string, Peer>> = {
  'grpc-js/round-robin': {
    note: grpcNote,
    make: async (options) => (await import('./grpc.ts')).grpc('round_robin', options),
  },
  'grpc-js/weighted-round-robin': {
    note: `${grpcNote}; without load reports, so all weights are alike`,
    make: async (options) => (await import('./grpc.ts')).grpc('weighted_round_robin', options),
  },
  'elastic/weighted-pool': {
    note: elasticNote,
    make: async (options) => (await import('./elastic.ts')).elastic('weighted', options),
  },
  'elastic/cluster-pool': {
    note: elasticNote,
    make: async (options) => (await import('./elastic.ts')).elastic('cluster', options),
  },
  'mysql2/pool-cluster': {
    note: 'selection of a node only: the inner `_getClusterNode`, since public calls go on to open a connection',
    make: async (options) => (await import('./mysql2.ts')).mysql2(options),
  },
  'undici/balanced-pool': {
    note: '`dispatch` over pools that send nothing; public API',
    make: async (options) => (await import('./undici.ts')).balancedPool(options),
  },
}

/** The strategies of core, by name. */
export const strategyNames: readonly string[] = Object.keys(strategies)

/** The peers, by name. */
export const peerNames: readonly string[] = Object.keys(peers)

/** What exactly is measured of a peer. */
export function noteOf(peer: string): string | undefined {
  return peers[peer]?.note
}

/** Makes a contestant by its name. @throws Error for an unknown name, and whatever its package throws */
export async function makeContestant(name: string, options: ContestantOptions): Promise<Contestant> {
  if (name === reference) return (await import('./two-choices.ts')).twoChoices(options)
  if (Object.hasOwn(strategies, name)) return (await import('./paylb.ts')).paylb(name as StrategyName, options)
  const peer = Object.hasOwn(peers, name) ? peers[name] : undefined
  if (peer === undefined) throw new Error(`nobody is called ${name}`)
  return peer.make(options)
}
