import type { Balancer } from '../../src/index.ts'
import { serverNamed } from './fleet.ts'
import { hold } from './pool-rules.ts'
import type { Change } from './pool-step.ts'
import type { ToldStates } from './told-states.ts'

/** A server as the model knows it. A later one of the same id is another one. */
export interface Member {
  readonly id: string
  isDraining: boolean
  isListed: boolean
}

const newIds = 4

/** Who is on the list, and who is draining: changed in the balancer and in the model alike. */
export class PoolMembers {
  readonly #balancer: Balancer
  readonly #told: ToldStates
  #members: Member[]
  #added = 0
  #drains = 0
  #drained = 0

  constructor(balancer: Balancer, told: ToldStates) {
    this.#balancer = balancer
    this.#told = told
    this.#members = balancer.servers.map(({ id }) => joined(id))
  }

  get list(): readonly Member[] {
    return this.#members
  }

  at(number: number): Member | undefined {
    return this.#members[number % this.#members.length]
  }

  take(step: Change): void {
    if (step.do === 'add') return this.#add()
    if (step.do === 'replace') return this.#replace(step)
    const member = this.at(step.server)
    if (member === undefined) return
    if (step.do === 'update') this.#balancer.update(member.id, step.changes)
    if (step.do === 'check') this.#balancer.reportCheck(member.id, step.passed)
    if (step.do === 'report') this.#balancer.reportLoad(member.id, step.load)
    if (step.do === 'drain') this.#drain(member)
    if (step.do === 'remove') {
      this.#balancer.remove(member.id)
      this.#leave(member)
    }
  }

  checkList(): void {
    const [listed, known] = [this.#balancer.servers.map(({ id }) => id), this.#members.map(({ id }) => id)]
    hold(listed.join() === known.join(), `listed are ${listed.join()}, expected ${known.join()}`)
  }

  checkDrains(): void {
    hold(this.#drained === this.#drains, `${this.#drained} of ${this.#drains} drains ended`)
  }

  #add(): void {
    const id = this.#nextId()
    if (this.#members.some((member) => member.id === id)) return
    this.#balancer.add(serverNamed(id))
    this.#members.push(joined(id))
  }

  /* Some stay, in a new order; one is new; all get what changes. */
  #replace({ kept, changes }: Extract<Change, { do: 'replace' }>): void {
    const stay = [...new Set(kept.map((number) => this.at(number)))].filter((member) => member !== undefined)
    const id = this.#nextId()
    const next = stay.some((member) => member.id === id) ? stay : [...stay, joined(id)]
    const known = new Set(this.#members.map((member) => member.id))
    const after = next.map((member) => (known.has(member.id) ? this.#known(member.id) : member))
    this.#balancer.replace(after.map((member) => serverNamed(member.id, changes)))
    for (const member of this.#members) if (!after.includes(member)) this.#leave(member)
    this.#members = after
  }

  #known(id: string): Member {
    return this.#members.find((member) => member.id === id) ?? joined(id)
  }

  #nextId(): string {
    this.#added = (this.#added + 1) % newIds
    return `new${this.#added}`
  }

  #drain(member: Member): void {
    member.isDraining = true
    this.#drains += 1
    void this.#balancer.drain(member.id).then(() => (this.#drained += 1))
  }

  #leave(member: Member): void {
    member.isListed = false
    this.#told.forget(member.id)
    this.#members = this.#members.filter((one) => one !== member)
  }
}

function joined(id: string): Member {
  return { id, isDraining: false, isListed: true }
}
