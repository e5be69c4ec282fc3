import type { AxiosAdapter } from 'axios'
import type { ClientSettings } from './options.ts'
import type { EnvironmentProxies } from './proxies.ts'
import type { AgentOf } from './tls/server-agents.ts'
import type { LoadTransport } from './undici/load.ts'

/** What the calls of one instance are made with. */
export interface Means {
  /** The axios adapter that carries each attempt. */
  readonly carrier: AxiosAdapter
  /** Whether the carrier is axios' own for Node: only its socket can be watched. */
  readonly isWatched: boolean
  /** Carries each attempt instead of the adapter. */
  readonly transport: LoadTransport | undefined
  /** What axios' own transport connects with to servers on `https:`; undefined: as the caller says. */
  readonly agentOf: AgentOf | undefined
  readonly proxies: EnvironmentProxies
  readonly settings: ClientSettings
}
