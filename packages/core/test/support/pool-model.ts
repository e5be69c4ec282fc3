import { setImmediate } from 'node:timers/promises'
import type {
  BalancerSnapshot,
  HealthOptions,
  Lease,
  Outcome,
  PickExplanation,
  PickReason,
  PickRequest,
} from '../../src/index.ts'
import { readOptions } from '../../src/options.ts'
import { fleet, lettered } from './fleet.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { PoolMembers } from './pool-members.ts'
import type { Member } from './pool-members.ts'
import { checkHealth, checkPick, checkRefusal, hold } from './pool-rules.ts'
import type { Step } from './pool-step.ts'
import { ToldStates } from './told-states.ts'

interface Held {
  readonly lease: Lease
  readonly member: Member
}

/* The clock of a model may go back; it begins late enough to have room for that. */
const roomMs = 360_000_000

/** A real balancer beside a model of it that is simple enough to be believed. Every broken rule throws. */
export class PoolModel {
  readonly #fleet: Fleet
  readonly #members: PoolMembers
  readonly #told = new ToldStates()
  readonly #maxInFlight: number
  readonly #health: HealthOptions | false
  readonly #held: Held[] = []
  #reason: PickReason = 'strategy'

  constructor(options: FleetOptions) {
    this.#fleet = fleet({ servers: lettered(1, 1, 2, 0), zone: 'here', ...options })
    this.#fleet.clock.advance(roomMs)
    this.#maxInFlight = options.maxInFlight ?? Infinity
    this.#health = readOptions({
      servers: ['http://a.test'],
      ...(options.health === undefined ? {} : { health: options.health }),
    }).health
    const { balancer } = this.#fleet
    balancer.observe(this.#told.observer)
    balancer.observe({ onPick: ({ reason }) => (this.#reason = reason) })
    this.#members = new PoolMembers(balancer, this.#told)
  }

  take(step: Step): void {
    if (step.do === 'pick') this.#pick(step)
    else if (step.do === 'record') this.#record(step.lease, step.outcome)
    else if (step.do === 'fail') this.#fail(step)
    else if (step.do === 'release') this.#release(step.lease, step.ending)
    else if (step.do === 'advance') this.#fleet.clock.advance(step.ms)
    else this.#members.take(step)
    this.#check()
  }

  /** Lets everything end; then nothing may be left. */
  async finish(): Promise<void> {
    for (const { lease } of this.#held.splice(0)) lease.release()
    this.#check()
    await setImmediate()
    this.#members.checkDrains()
  }

  get #snapshot(): BalancerSnapshot {
    return this.#fleet.balancer.snapshot()
  }

  #pick({ excluded, request }: Extract<Step, { do: 'pick' }>): void {
    const { balancer } = this.#fleet
    const exclude = new Set(excluded.map((number) => this.#members.at(number)?.id ?? ''))
    const asked = { ...request, exclude }
    const moment = {
      snapshot: this.#snapshot,
      servers: balancer.servers,
      request: asked,
      maxInFlight: this.#maxInFlight,
    }
    const explained = balancer.explain(asked)
    const lease = this.#tryToPick(asked, (error) => checkRefusal(error, moment))
    if (lease === undefined) return
    const { id } = lease.server
    checkPick(id, this.#reason, moment)
    if (this.#reason === 'strategy') checkExplained(id, explained)
    const member = this.#members.list.find((one) => one.id === id)
    if (member === undefined) throw new Error(`picked ${id}, which is not listed`)
    hold(!member.isDraining, `picked ${id}, which is draining`)
    this.#held.push({ lease, member })
  }

  #tryToPick(request: PickRequest, refused: (error: unknown) => void): Lease | undefined {
    try {
      return this.#fleet.balancer.pick(request)
    } catch (error) {
      refused(error)
      return undefined
    }
  }

  /* Five requests in a row that only this server may take. */
  #fail({ server, outcome }: Extract<Step, { do: 'fail' }>): void {
    const only = this.#members.at(server)
    const excluded = this.#members.list.flatMap((member, index) => (member === only ? [] : [index]))
    for (let request = 0; request < 5; request += 1) {
      const before = this.#held.length
      this.#pick({ do: 'pick', excluded, request: { method: 'GET' } })
      if (this.#held.length === before) return
      this.#record(this.#held.length - 1, outcome)
      this.#release(this.#held.length - 1, 'complete')
      this.#check()
    }
  }

  #record(lease: number, outcome: Outcome): void {
    const held = this.#held[lease % this.#held.length]
    if (held === undefined) return
    const others = (): string =>
      JSON.stringify(this.#snapshot.servers.filter((one) => !held.member.isListed || one.id !== held.member.id))
    const before = others()
    held.lease.record(outcome)
    hold(others() === before, `recording for ${held.member.id} changed another server`)
  }

  #release(lease: number, ending: 'complete' | 'cut' | 'abandoned'): void {
    if (this.#held.length > 0) this.#held.splice(lease % this.#held.length, 1)[0]?.lease.release(ending)
  }

  #check(): void {
    const snapshot = this.#snapshot
    const { servers, inFlight } = snapshot
    hold(inFlight === this.#held.length, `${inFlight} in flight, but ${this.#held.length} leases are held`)
    for (const { id, inFlight: count } of servers) {
      const expected = this.#held.filter(({ member }) => member.isListed && member.id === id).length
      hold(count === expected, `${count} in flight to ${id}, but ${expected} leases are held`)
    }
    this.#members.checkList()
    this.#told.check(snapshot)
    checkHealth(snapshot, this.#health)
  }
}

function checkExplained(id: string, { candidates, others }: PickExplanation): void {
  const named = candidates.map(({ server }) => server)
  hold(named.includes(id), `picked ${id}, but explained ${named.join()}`)
  hold(!others.some(({ server }) => server === id), `picked ${id}, but explained why not`)
}
