import { PaylbError } from '../../src/index.ts'
import type {
  BalancerSnapshot,
  HealthOptions,
  PickReason,
  PickRequest,
  Server,
  ServerSnapshot,
} from '../../src/index.ts'
import { ejectionLimit } from '../../src/health/health.ts'

/* What must hold of a pool at any time, whatever happened to it before. Every broken rule throws. */

export function hold(rule: boolean, broken: string): void {
  if (!rule) throw new Error(broken)
}

/** A pool just before a pick. */
export interface Moment {
  readonly snapshot: BalancerSnapshot
  readonly servers: readonly Server[]
  readonly request: PickRequest
  readonly maxInFlight: number
}

/** What the pick of a server may be, given how the pool was. */
export function checkPick(id: string, reason: PickReason, moment: Moment): void {
  const { snapshot, request } = moment
  const picked = snapshot.servers.find((one) => one.id === id)
  if (picked === undefined) throw new Error(`picked ${id}, which is not listed`)
  hold(!picked.isDraining, `picked ${id}, which is draining`)
  hold(request.exclude?.has(id) !== true, `picked ${id}, which is excluded`)
  hold(hasRoom(picked, moment), `picked ${id}, which is full or gated`)
  hold(snapshot.inFlight < moment.maxInFlight, `picked ${id}, although the pool is full`)
  if (reason === 'strategy') {
    hold(picked.health.state === 'healthy', `the strategy picked ${id}, which is ${picked.health.state}`)
    const weighted = openServers(moment).some((one) => one.weight > 0)
    hold(picked.weight > 0 || !weighted, `picked ${id} of weight 0, although others can be picked`)
  }
  if (reason === 'panic') {
    const eligible = snapshot.servers.filter((one) => isEligible(one, moment))
    hold(eligible.length === 0, `panicked, although ${eligible.map((one) => one.id).join()} are eligible`)
  }
  if (reason === 'probation')
    hold(picked.health.state === 'probation', `${id} is ${picked.health.state}, not on probation`)
}

/** What a pick that was refused may say. */
export function checkRefusal(error: unknown, moment: Moment): void {
  if (!PaylbError.isInstance(error)) throw error
  hold(error.outcome === 'not-executed', `a refused pick is ${error.outcome}`)
  const isFull = moment.snapshot.inFlight >= moment.maxInFlight
  hold(isFull === (error.code === 'overloaded'), `${error.code} with ${moment.snapshot.inFlight} in flight`)
  if (isFull) return
  const open = openServers(moment)
  hold(open.length === 0, `refused, although ${open.map((one) => one.id).join()} can be picked`)
  const reasons = /: \d+ (?:draining|ejected|on probation|full|told us to wait|tried already)/u
  hold(moment.snapshot.servers.length === 0 || reasons.test(error.message), `no reason in: ${error.message}`)
  hold((error.retryAfterMs ?? 0) >= 1_000, `ask again after ${error.retryAfterMs} ms`)
}

/** Limits of health, at any time. */
export function checkHealth({ servers }: BalancerSnapshot, health: HealthOptions | false): void {
  const staying = servers.filter((server) => !server.isDraining)
  const ejected = staying.filter((server) => server.health.state === 'ejected').length
  const healthy = staying.filter((server) => server.health.state === 'healthy').length
  const mayStandIn = new Set(staying.map((server) => server.priority)).size > 1
  if (health === false || health.maxEjected !== undefined || !mayStandIn) {
    const limit = health === false ? 0 : ejectionLimit(staying.length, health)
    hold(ejected <= limit, `${ejected} of ${staying.length} servers are ejected`)
  }
  const least = health === false ? staying.length : Math.min(staying.length, health.minAvailable)
  hold(healthy >= least, `${healthy} of ${staying.length} servers are left`)
}

function openServers(moment: Moment): readonly ServerSnapshot[] {
  return moment.snapshot.servers.filter((one) => isEligible(one, moment) && hasRoom(one, moment))
}

function isEligible(one: ServerSnapshot, { request }: Moment): boolean {
  return one.health.state === 'healthy' && !one.isDraining && request.exclude?.has(one.id) !== true
}

function hasRoom(one: ServerSnapshot, { servers }: Moment): boolean {
  const maxInFlight = servers.find(({ id }) => id === one.id)?.maxInFlight ?? Infinity
  return one.gateRemainingMs === undefined && one.inFlight < maxInFlight
}
