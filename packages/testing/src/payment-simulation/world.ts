import type { Server } from '@paylb/core'
import type { Payment } from './book/payment.ts'
import { Coverage } from './coverage.ts'
import { Dice } from './dice.ts'
import { drawFaults, noFaults } from './faults.ts'
import type { Disturbance, Faults } from './faults.ts'
import { JournalStore } from './journal/journal-store.ts'
import { PaylbProcess } from './processes/paylb-process.ts'
import { drawScenario } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { ModelledLedger } from './servers/modelled-ledger.ts'
import { ModelledServer } from './servers/modelled-server.ts'
import type { Misbehaviour, Subject } from './subject.ts'
import { termsOf } from './terms.ts'
import type { Terms } from './terms.ts'
import { Timeline } from './timeline.ts'
import { Trace } from './trace.ts'
import { Violation } from './violation.ts'

/** What a run is made of. */
export interface WorldOptions {
  readonly seed: number
  readonly subject: Subject
  readonly misbehaviour: Misbehaviour | undefined
  readonly loud: Disturbance | undefined
  readonly write: ((line: string) => void) | undefined
}

/** Everything that one run consists of: the servers, the processes, the payments, and what goes wrong. */
export class World {
  readonly subject: Subject
  readonly misbehaviour: Misbehaviour | undefined
  readonly dice: Dice
  readonly timeline: Timeline = new Timeline()
  readonly trace: Trace
  readonly coverage: Coverage = new Coverage()
  readonly scenario: Scenario
  readonly terms: Terms
  readonly store: JournalStore
  readonly ledgers: ReadonlyMap<string, ModelledLedger>
  readonly servers: ReadonlyMap<string, ModelledServer>
  readonly processes: readonly PaylbProcess[]
  /** By fingerprint. */
  readonly payments: Map<string, Payment> = new Map()
  readonly #executions = new Map<string, number>()
  readonly #injected = new Map<string, number>()
  faults: Faults
  /** Nobody looks for unsettled payments by itself any more. */
  isEnding = false
  /** When a process last began or ended a request. */
  busyAtMs = 0
  #requests = 0

  constructor({ seed, subject, misbehaviour, loud, write }: WorldOptions) {
    this.subject = subject
    this.misbehaviour = misbehaviour
    this.dice = new Dice(seed)
    this.trace = new Trace(this.timeline, write)
    this.scenario = drawScenario(this.dice)
    this.terms = termsOf(this.scenario)
    this.faults = drawFaults(this.dice, loud)
    const { ledgers, servers, processes } = this.scenario
    this.store = new JournalStore(this)
    this.ledgers = new Map(ledgers.map((name) => [name, new ModelledLedger(name, this.scenario, this.timeline)]))
    this.servers = new Map(
      servers.map((plan) => [plan.id, new ModelledServer(plan, this.#ledger(plan.ledger), this)] as const),
    )
    this.processes = Array.from({ length: processes }, (_, index) => new PaylbProcess(index + 1, this))
  }

  /** Nothing goes wrong from now on. */
  calm(): void {
    this.faults = noFaults
  }

  get isCalm(): boolean {
    return this.faults === noFaults
  }

  /** How many requests callers have sent. */
  get requests(): number {
    return this.#requests
  }

  nextRequestNumber(): number {
    this.#requests += 1
    return this.#requests
  }

  serverOf({ id }: Pick<Server, 'id'>): ModelledServer {
    const server = this.servers.get(id)
    if (server === undefined) throw new RangeError(`there is no server ${id}`)
    return server
  }

  violate(payment: Payment | undefined, message: string): void {
    const whole = payment === undefined ? message : `${payment.name}: ${message}`
    this.trace.note('VIOLATION', payment?.number ?? 0, whole)
    this.timeline.fail(new Violation(whole))
  }

  /** A ledger has one execution more. */
  executed(ledger: string): void {
    this.#executions.set(ledger, (this.#executions.get(ledger) ?? 0) + 1)
  }

  /** The sum over all ledgers. */
  get executions(): number {
    return [...this.#executions.values()].reduce((sum, count) => sum + count, 0)
  }

  injected(fault: string): void {
    this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1)
  }

  get faultCounts(): ReadonlyMap<string, number> {
    return this.#injected
  }

  #ledger(name: string): ModelledLedger {
    const ledger = this.ledgers.get(name)
    if (ledger === undefined) throw new RangeError(`there is no ledger ${name}`)
    return ledger
  }
}
