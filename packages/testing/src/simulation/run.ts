import { createBalancer, NoServerAvailableError, strategies } from '@paylb/core'
import type { Balancer, Lease, Outcome, ServerOptions, Strategy, StrategyName, Warning } from '@paylb/core'
import type { Chance, Draw } from './chance.ts'
import { isThereFromTheStart } from './fleet.ts'
import type { Fleet, ServerModel } from './fleet.ts'
import { ModelledServer } from './modelled-server.ts'
import type { FleetView, SimulatedStrategy } from './simulated-strategy.ts'
import type { SimulationResult } from './simulation-result.ts'
import { Tally } from './tally.ts'
import type { PaymentError } from './tally.ts'
import { virtualClock } from './virtual-clock.ts'
import type { VirtualClock } from './virtual-clock.ts'

/*
 * One run as a chain of events: a payment arrives, a server is picked, it answers, the answer is recorded. Each event
 * puts the next one on the clock.
 */

const succeeded: Outcome = { kind: 'succeeded', evidence: 'answered', status: 201 }
const failed: Outcome = { kind: 'unknown', evidence: 'answered', status: 500 }
const timedOut: Outcome = { kind: 'unknown', evidence: 'sent', trouble: 'timeout' }

/* A run starts empty, which no fleet in use is; this share of the payments only fills it. */
const warmUpShare = 0.1

interface Payment {
  readonly key: string
  readonly arrivedAtMs: number
  readonly draw: Draw
  readonly isCounted: boolean
}

const untried: ReadonlySet<string> = new Set()

/** One run of one fleet with one strategy. */
export class Run {
  readonly #fleet: Fleet
  readonly #chance: Chance
  readonly #requests: number
  readonly #clock: VirtualClock = virtualClock()
  readonly #servers: ReadonlyMap<string, ModelledServer>
  readonly #readsLoads: boolean
  readonly #balancer: Balancer
  #strategyError: Error | undefined
  readonly #tally: Tally
  #arrived = 0

  constructor(fleet: Fleet, given: SimulatedStrategy, chance: Chance, requests: number) {
    this.#fleet = fleet
    this.#chance = chance
    this.#requests = requests
    this.#servers = new Map(fleet.servers.map((model) => [model.id, new ModelledServer(model)]))
    this.#tally = new Tally(requests)
    const strategy = madeFrom(given, viewOf(this.#servers))
    this.#readsLoads = typeof strategy === 'object' && strategy.usesLoadReports === true
    this.#balancer = createBalancer({
      servers: fleet.servers.filter(isThereFromTheStart).map(optionsOf),
      strategy,
      clock: this.#clock,
      random: chance.picks,
      observer: { onWarning: (warning) => this.#warned(warning) },
      ...(fleet.zone === undefined ? {} : { zone: fleet.zone }),
      ...(fleet.health === undefined ? {} : { health: fleet.health }),
    })
  }

  /* The balancer would go on without it; figures of a strategy that does not work would be another one's. */
  #warned({ code, error }: Warning): void {
    if (code !== 'strategy-failed') return
    this.#strategyError ??= new Error('the strategy failed, so nothing it is said to have chosen is its own', {
      cause: error,
    })
  }

  /** Runs to the end. Once only. @throws Error when the strategy threw, or chose something else than a candidate */
  result(): SimulationResult {
    for (const model of this.#fleet.servers) {
      if (model.joinsAtMs > 0) this.#clock.schedule(model.joinsAtMs, () => this.#balancer.add(optionsOf(model)))
    }
    this.#scheduleArrival()
    while (this.#tally.ended < this.#requests && this.#clock.step());
    if (this.#strategyError !== undefined) throw this.#strategyError
    return this.#summary()
  }

  #scheduleArrival(): void {
    if (this.#arrived === this.#requests) return
    const gapMs = this.#chance.nextGap() / this.#fleet.arrivalsPerMs
    this.#clock.schedule(this.#clock.now() + gapMs, () => this.#arrive())
  }

  #arrive(): void {
    this.#arrived += 1
    const payment = {
      key: `payment-${this.#arrived}`,
      arrivedAtMs: this.#clock.now(),
      draw: this.#chance.nextDraw(),
      isCounted: this.#arrived > this.#requests * warmUpShare,
    }
    this.#scheduleArrival()
    this.#attempt(payment, untried)
  }

  #attempt(payment: Payment, tried: ReadonlySet<string>): void {
    const lease = this.#pick(payment, tried)
    const server = lease === undefined ? undefined : this.#servers.get(lease.server.id)
    if (lease === undefined || server === undefined) return this.#end(payment, tried.size > 0 ? 'failed' : 'no-server')
    if (payment.isCounted) this.#tally.attempt(lease.server.id)
    const halfWayMs = server.model.networkMs / 2
    const { endsAtMs, isFailure } = server.serve(this.#clock.now() + halfWayMs, payment.draw)
    const answeredAtMs = endsAtMs + halfWayMs
    const givenUpAtMs = payment.arrivedAtMs + this.#fleet.timeoutMs
    if (answeredAtMs > givenUpAtMs) return this.#clock.schedule(givenUpAtMs, () => this.#giveUp(payment, lease))
    this.#clock.schedule(answeredAtMs, () => {
      if (this.#readsLoads && server.model.reportsLoad) {
        this.#balancer.reportLoad(lease.server.id, server.loadAt(endsAtMs))
      }
      if (isFailure) this.#fail(payment, lease, tried)
      else this.#succeed(payment, lease)
    })
  }

  #pick({ key }: Payment, exclude: ReadonlySet<string>): Lease | undefined {
    try {
      return this.#balancer.pick({ key, method: 'POST', exclude })
    } catch (error) {
      if (error instanceof NoServerAvailableError) return undefined
      throw error
    }
  }

  #succeed(payment: Payment, lease: Lease): void {
    lease.record(succeeded)
    lease.release()
    this.#end(payment)
  }

  #fail(payment: Payment, lease: Lease, tried: ReadonlySet<string>): void {
    lease.record(failed)
    lease.release()
    const triedNow = new Set([...tried, lease.server.id])
    if (triedNow.size >= this.#fleet.maxAttempts) this.#end(payment, 'failed')
    else this.#attempt(payment, triedNow)
  }

  #giveUp(payment: Payment, lease: Lease): void {
    lease.record(timedOut)
    lease.release()
    this.#end(payment, 'timed-out')
  }

  #end(payment: Payment, error?: PaymentError): void {
    this.#tally.end(payment.isCounted, error ?? this.#clock.now() - payment.arrivedAtMs)
  }

  #summary(): SimulationResult {
    const tally = this.#tally
    const endMs = this.#clock.now()
    return {
      strategy: this.#balancer.snapshot().strategy,
      load: this.#fleet.load,
      payments: tally.payments,
      latencyMs: tally.latencies(),
      errorShare: tally.errorShare,
      errors: { ...tally.errors },
      servers: [...this.#servers.values()].map((server) => ({
        id: server.model.id,
        kind: server.model.kind,
        share: tally.shareOf(server.model.id),
        utilisation: server.utilisationUntil(endMs),
      })),
      durationMs: endMs,
    }
  }
}

function madeFrom(given: SimulatedStrategy, fleet: FleetView): Strategy | StrategyName {
  if (typeof given === 'function') return given(fleet)
  return typeof given === 'string' && Object.hasOwn(strategies, given) ? strategies[given]() : given
}

function viewOf(servers: ReadonlyMap<string, ModelledServer>): FleetView {
  return {
    expectedMs: (id, nowMs) => {
      const server = servers.get(id)
      if (server === undefined) return Infinity
      const { networkMs } = server.model
      return networkMs + server.expectedMs(nowMs + networkMs / 2)
    },
  }
}

/* No request is sent, so the address is one that nobody has. */
function optionsOf({ id, weight, priority, zone, maxInFlight }: ServerModel, index: number = 0): ServerOptions {
  const place = zone === undefined ? {} : { zone }
  const limit = maxInFlight === undefined ? {} : { maxInFlight }
  return { id, url: `http://server-${index}.invalid`, weight, priority, ...place, ...limit }
}
