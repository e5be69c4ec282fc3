import * as core from '@paylb/core'
import { Arrivals } from './callers/arrivals.ts'
import type { Coverage } from './coverage.ts'
import { disturb } from './disturbances/disturbances.ts'
import { slowestJournalMs, stalledJournalMs } from './disturbances/storage.ts'
import { checkBooks, heal, recoverAll } from './ending.ts'
import type { Disturbance } from './faults.ts'
import { longestStandstillMs } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import type { Misbehaviour, Subject } from './subject.ts'
import { Violation } from './violation.ts'
import { World } from './world.ts'

/** What one run is given. */
export interface PaymentRunOptions {
  /** Decides everything. */
  readonly seed: number
  /** How many payments are made. Default 1 000. */
  readonly payments?: number
  /** What is held to the promise. Default: `@paylb/core`. */
  readonly subject?: Subject
  readonly misbehaviour?: Misbehaviour
  /** Happens again and again, whatever the seed says. */
  readonly loud?: Disturbance
  /** Gets every step as a line. */
  readonly write?: (line: string) => void
}

/** What one run came to. */
export interface PaymentRun {
  readonly seed: number
  readonly payments: number
  readonly scenario: Scenario
  /** How the promise was broken; undefined when it held. */
  readonly violation: Violation | undefined
  /** The same for every run of this seed. */
  readonly hash: string
  readonly virtualMs: number
  readonly executions: number
  /** Requests that callers sent, retries included. */
  readonly requests: number
  /** Attempts on servers. */
  readonly attempts: number
  readonly faults: ReadonlyMap<string, number>
  readonly coverage: Coverage
}

/** Runs one seed: payments under faults, then calm, then the books. */
export async function simulatePayments(options: PaymentRunOptions): Promise<PaymentRun> {
  const { seed, payments = 1_000, subject = core, misbehaviour, loud, write } = options
  const world = new World({ seed, subject, misbehaviour, loud, write })
  const violation = await outcomeOf(play(world, payments))
  const attempts = [...world.payments.values()].reduce((sum, { exchanges }) => sum + exchanges.length, 0)
  return {
    seed,
    payments,
    scenario: world.scenario,
    violation,
    hash: world.trace.hash,
    virtualMs: world.timeline.nowMs,
    executions: world.executions,
    requests: world.requests,
    attempts,
    faults: world.faultCounts,
    coverage: world.coverage,
  }
}

async function outcomeOf(playing: Promise<void>): Promise<Violation | undefined> {
  try {
    await playing
    return undefined
  } catch (error) {
    if (error instanceof Violation) return error
    throw error
  }
}

const stepMs = 1_000
const longestCalmMs = 600_000
/* A slow request, and a payment that is accepted and executed later. */
const longestJourneyMs = longestStandstillMs + 3_000

async function play(world: World, payments: number): Promise<void> {
  const { timeline } = world
  const arrivals = new Arrivals(payments, world)
  for (const process of world.processes) process.start()
  arrivals.start()
  disturb(world)
  while (!arrivals.areOver) await timeline.runUntil(timeline.nowMs + stepMs)
  heal(world)
  await comeToAnEnd(world)
  await recoverAll(world)
  checkBooks(world)
  await timeline.runUntil(timeline.nowMs)
}

/* Callers go on until they know, or give up; then everything that lies somewhere has arrived. */
async function comeToAnEnd(world: World): Promise<void> {
  const { timeline, scenario } = world
  const calmAtMs = timeline.nowMs
  const mustHaveEndedMs = calmAtMs + 2 * slowestJournalMs + scenario.totalMs + stepMs
  const quietMs = Math.max(longestJourneyMs, scenario.totalMs + stepMs, 2 * stalledJournalMs + stepMs)
  while (timeline.nowMs - Math.max(calmAtMs, world.busyAtMs) < quietMs) {
    await timeline.runUntil(timeline.nowMs + stepMs)
    for (const request of requestsOf(world)) {
      world.busyAtMs = timeline.nowMs
      const isLate = timeline.nowMs > Math.max(mustHaveEndedMs, request.beganAtMs + scenario.totalMs + stepMs)
      if (isLate) world.violate(request.payment, 'its caller waits for an answer beyond the deadline')
    }
    if (timeline.nowMs - calmAtMs > longestCalmMs) world.violate(undefined, 'callers do not come to an end')
  }
}

function requestsOf({ processes }: World) {
  return processes.flatMap(({ current }) => (current === undefined ? [] : [...current.requests]))
}
