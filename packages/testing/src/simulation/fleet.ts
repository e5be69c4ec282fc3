import type { FleetDescription, ServerDescription } from './fleet-description.ts'
import { checkFleet } from './check-fleet.ts'

/** One server to be simulated, with nothing left open. */
export interface ServerModel extends Required<Omit<ServerDescription, 'count' | 'zone' | 'maxInFlight' | 'coldStart'>> {
  /** The id under which it was described, shared by all servers of its kind. */
  readonly kind: string
  readonly zone: string | undefined
  readonly networkMs: number
  readonly maxInFlight: number | undefined
  readonly coldStart: { readonly factor: number; readonly forMs: number }
}

/** A fleet with nothing left open. */
export interface Fleet extends Required<Pick<FleetDescription, 'load' | 'timeoutMs' | 'maxAttempts'>> {
  readonly name: string
  readonly servers: readonly ServerModel[]
  /** Where the balancer runs. */
  readonly zone: string | undefined
  readonly health: FleetDescription['health']
  /** Arrivals per millisecond at this load. */
  readonly arrivalsPerMs: number
}

/**
 * Checks a description and fills in the defaults.
 *
 * @throws TypeError that names the path, the value and what is allowed
 */
export function readFleet(description: FleetDescription): Fleet {
  checkFleet(description)
  const servers = description.servers.flatMap((server) => modelsOf(server, description))
  const load = description.load ?? 0.8
  return {
    name: description.name ?? 'the fleet',
    servers,
    zone: description.zone,
    load,
    timeoutMs: description.timeoutMs ?? 15_000,
    maxAttempts: description.maxAttempts ?? 1,
    health: description.health,
    arrivalsPerMs: load * capacityPerMs(servers.filter(isThereFromTheStart)),
  }
}

/** Payments per millisecond that these servers can carry at most. */
export function capacityPerMs(servers: readonly ServerModel[]): number {
  return servers.reduce((sum, { workers, meanServiceMs }) => sum + workers / meanServiceMs, 0)
}

/** Whether a server is part of what the load is a share of. */
export function isThereFromTheStart({ joinsAtMs }: ServerModel): boolean {
  return joinsAtMs === 0
}

function modelsOf(server: ServerDescription, { zones = {} }: FleetDescription): ServerModel[] {
  const { id, count = 1, zone, meanServiceMs, maxInFlight } = server
  return Array.from({ length: count }, (_, index) => ({
    id: count === 1 ? id : `${id}-${index + 1}`,
    kind: id,
    meanServiceMs,
    maxInFlight,
    zone,
    priority: server.priority ?? 0,
    workers: server.workers ?? 8,
    distribution: server.distribution ?? 'lognormal',
    variation: server.variation ?? 1,
    networkMs: zone === undefined ? 0 : (zones[zone]?.networkMs ?? 0),
    weight: server.weight ?? 1,
    joinsAtMs: server.joinsAtMs ?? 0,
    coldStart: server.coldStart ?? { factor: 1, forMs: 0 },
    failures: server.failures ?? [],
    freezes: server.freezes ?? [],
    reportsLoad: server.reportsLoad ?? true,
  }))
}
