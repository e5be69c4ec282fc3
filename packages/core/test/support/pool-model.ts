import { setImmediate } from 'node:timers/promises'
import { PaylbError } from '../../src/index.ts'
import type { BalancerSnapshot, Lease, Outcome, PickRequest } from '../../src/index.ts'
import { ejectionLimit } from '../../src/health/health.ts'
import { readOptions } from '../../src/options.ts'
import { fleet, lettered, serverNamed } from './fleet.ts'
import type { Fleet, FleetOptions } from './fleet.ts'

/** One step in the life of a pool. Numbers choose among whatever is there when the step is taken. */
export type Step =
  | { readonly do: 'pick'; readonly excluded: readonly number[]; readonly request: PickRequest }
  | { readonly do: 'record'; readonly lease: number; readonly outcome: Outcome }
  | { readonly do: 'release'; readonly lease: number; readonly ending: 'complete' | 'cut' | 'abandoned' }
  | { readonly do: 'fail'; readonly server: number; readonly outcome: Outcome }
  | { readonly do: 'add' }
  | { readonly do: 'remove' | 'drain'; readonly server: number }
  | { readonly do: 'update'; readonly server: number; readonly weight: number }
  | { readonly do: 'advance'; readonly ms: number }

interface Held {
  readonly lease: Lease
  /** Tells a server from a later one of the same id. */
  readonly member: Member
}

interface Member {
  readonly id: string
  isDraining: boolean
  isListed: boolean
}

/** A real balancer beside a model of it that is simple enough to be believed. Every broken rule throws. */
export class PoolModel {
  readonly #fleet: Fleet
  readonly #held: Held[] = []
  #members: Member[]
  #drains = 0
  #drained = 0
  #added = 0

  constructor(options: FleetOptions) {
    this.#fleet = fleet({ servers: lettered(1, 1, 2, 0), ...options })
    this.#members = this.#fleet.balancer.servers.map(({ id }) => ({ id, isDraining: false, isListed: true }))
  }

  take(step: Step): void {
    if (step.do === 'pick') this.#pick(step)
    else if (step.do === 'record') this.#record(step.lease, step.outcome)
    else if (step.do === 'fail') this.#fail(step)
    else if (step.do === 'release') this.#heldAt(step.lease)?.lease.release(step.ending)
    else if (step.do === 'advance') this.#fleet.clock.advance(step.ms)
    else this.#change(step)
    if (step.do === 'release') this.#forget(step.lease)
    this.#check()
  }

  /** Lets everything end; then nothing may be left. */
  async finish(): Promise<void> {
    for (const { lease } of this.#held.splice(0)) lease.release()
    this.#check()
    await setImmediate()
    hold(this.#drained === this.#drains, `${this.#drained} of ${this.#drains} drains ended`)
  }

  get #snapshot(): BalancerSnapshot {
    return this.#fleet.balancer.snapshot()
  }

  #pick(step: Extract<Step, { do: 'pick' }>): void {
    const exclude = new Set(step.excluded.map((number) => at(this.#members, number)?.id ?? ''))
    const before = this.#snapshot
    try {
      const lease = this.#fleet.balancer.pick({ ...step.request, exclude })
      const member = this.#members.find((one) => one.id === lease.server.id)
      if (member === undefined) throw new Error(`picked ${lease.server.id}, which is not listed`)
      hold(!member.isDraining, `picked ${member.id}, which is draining`)
      hold(!exclude.has(member.id), `picked ${member.id}, which is excluded`)
      this.#held.push({ lease, member })
    } catch (error) {
      if (!PaylbError.isInstance(error)) throw error
      const open = before.servers.filter(
        (one) =>
          one.health.state === 'healthy' &&
          !one.isDraining &&
          one.gateRemainingMs === undefined &&
          !exclude.has(one.id),
      )
      hold(open.length === 0, `refused, although ${open.map((one) => one.id).join()} can be picked`)
    }
  }

  /* Five requests in a row that only this server may take. */
  #fail({ server, outcome }: Extract<Step, { do: 'fail' }>): void {
    const only = at(this.#members, server)
    const excluded = this.#members.flatMap((member, index) => (member === only ? [] : [index]))
    for (let request = 0; request < 5; request += 1) {
      const before = this.#held.length
      this.#pick({ do: 'pick', excluded, request: { method: 'GET' } })
      if (this.#held.length === before) return
      this.#record(this.#held.length - 1, outcome)
      this.#heldAt(this.#held.length - 1)?.lease.release()
      this.#forget(this.#held.length - 1)
      this.#check()
    }
  }

  #record(lease: number, outcome: Outcome): void {
    const held = this.#heldAt(lease)
    if (held === undefined) return
    const others = (): string =>
      JSON.stringify(this.#snapshot.servers.filter((one) => !held.member.isListed || one.id !== held.member.id))
    const before = others()
    held.lease.record(outcome)
    hold(others() === before, `recording for ${held.member.id} changed another server`)
  }

  #change(step: Exclude<Step, { do: 'pick' | 'record' | 'fail' | 'release' | 'advance' }>): void {
    const { balancer } = this.#fleet
    if (step.do === 'add') {
      const id = `new${this.#added}`
      this.#added = (this.#added + 1) % 4
      if (this.#members.some((member) => member.id === id)) return
      balancer.add(serverNamed(id))
      this.#members.push({ id, isDraining: false, isListed: true })
      return
    }
    const member = at(this.#members, step.server)
    if (member === undefined) return
    if (step.do === 'update') balancer.update(member.id, { weight: step.weight })
    if (step.do === 'drain') this.#drain(member)
    if (step.do === 'remove') {
      balancer.remove(member.id)
      member.isListed = false
      this.#members = this.#members.filter((one) => one !== member)
    }
  }

  #drain(member: Member): void {
    member.isDraining = true
    this.#drains += 1
    void this.#fleet.balancer.drain(member.id).then(() => (this.#drained += 1))
  }

  #check(): void {
    const { servers, inFlight } = this.#snapshot
    hold(inFlight === this.#held.length, `${inFlight} in flight, but ${this.#held.length} leases are held`)
    for (const server of servers) {
      const expected = this.#held.filter(({ member }) => member.isListed && member.id === server.id).length
      hold(
        server.inFlight === expected,
        `${server.inFlight} in flight to ${server.id}, but ${expected} leases are held`,
      )
    }
    const staying = servers.filter((server) => !server.isDraining)
    const ejected = staying.filter((server) => server.health.state === 'ejected')
    hold(ejected.length <= limitOf(staying.length), `${ejected.length} of ${staying.length} servers are ejected`)
    const healthy = staying.filter((server) => server.health.state === 'healthy')
    hold(staying.length === 0 || healthy.length > 0, 'nobody is left')
  }

  #heldAt(number: number): Held | undefined {
    return at(this.#held, number)
  }

  #forget(number: number): void {
    if (this.#held.length > 0) this.#held.splice(number % this.#held.length, 1)
  }
}

function limitOf(servers: number): number {
  const { health } = readOptions({ servers: ['http://a.test'] })
  return health === false ? 0 : ejectionLimit(servers, health)
}

function at<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length]
}

function hold(rule: boolean, broken: string): void {
  if (!rule) throw new Error(broken)
}
