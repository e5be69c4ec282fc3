import type { Payment } from './book/payment.ts'
import { truthOf } from './processes/reconcile-hook.ts'
import type { Incarnation } from './processes/incarnation.ts'
import type { World } from './world.ts'

/*
 * The end of a run. Faults stop, everything comes back, and then everything must come to its end: every caller hears
 * something, nothing is in flight, the journal holds nothing but what nobody can know, and the books balance.
 */

/* Recovery asks one payment after the other. */
const longestRecoveryMs = 600_000
const stepMs = 500

/** Faults stop: whoever was paused or dead is back, and all servers are listed. */
export function heal(world: World): void {
  world.calm()
  world.trace.note('calm', 0)
  world.store.isDown = false
  world.store.slowMs = 0
  for (const ledger of world.ledgers.values()) ledger.isStoreDown = false
  for (const server of world.servers.values()) server.resume()
  for (const process of world.processes) {
    process.resume()
    process.current?.dieAfter(Infinity)
    process.start()
    const { current } = process
    current?.deliver(() => current.members.restore())
  }
}

/** Waits until a promise is kept. */
async function kept<Result>(promise: Promise<Result>, what: string, world: World): Promise<Result> {
  const { timeline } = world
  const untilMs = timeline.nowMs + longestRecoveryMs
  const state = { isKept: false }
  const note = (): void => {
    state.isKept = true
  }
  promise.then(note, note)
  await timeline.runUntil(timeline.nowMs)
  while (!state.isKept && timeline.nowMs < untilMs) await timeline.runUntil(timeline.nowMs + stepMs)
  if (!state.isKept) world.violate(undefined, `${what} did not come to its end within ${longestRecoveryMs} ms`)
  await timeline.runUntil(timeline.nowMs)
  return promise
}

/** Recovers everywhere, twice, since a question that hung before leaves its payment young. Then it holds what is left in the journal against what can be known. */
export async function recoverAll(world: World): Promise<void> {
  world.isEnding = true
  const lives = world.processes.flatMap(({ current }) => current ?? [])
  for (const pass of [1, 2]) {
    for (const life of lives) await kept(life.balancer.recover(), `recover() ${pass} of ${life.name}`, world)
    await world.timeline.runUntil(world.timeline.nowMs + world.scenario.totalMs)
  }
  if (world.scenario.journal === 'durable') for (const life of lives.slice(0, 1)) await checkUnsettled(life)
  for (const life of lives) checkCounters(life)
  for (const life of lives) await kept(life.balancer.close(), `close() of ${life.name}`, world)
  await world.timeline.runUntil(world.timeline.nowMs)
}

async function checkUnsettled(life: Incarnation): Promise<void> {
  const { world, balancer } = life
  const unsettled = await kept(balancer.unsettled(), 'unsettled()', world)
  for (const record of unsettled) {
    const payment = world.payments.get(record.fingerprint ?? '')
    const server = world.scenario.servers.find(({ id }) => id === record.servers.at(-1))
    const truth = server === undefined ? 'unknown' : truthOf(record, server, world)
    const isKnown = truth === 'succeeded' || truth === 'declined'
    if (isKnown && world.scenario.hasReconcile) world.violate(payment, `it stays unsettled, but it has ${truth}`)
    world.coverage.sometimes('recovery left a payment unknown')
    const decision = truth === 'succeeded' ? 'succeeded' : 'not-executed'
    await kept(balancer.resolve(record.key, decision), `resolve(${record.key})`, world)
  }
  const left = await kept(balancer.unsettled(), 'unsettled()', world)
  if (left.length > 0) world.violate(undefined, `${left.length} payments are unsettled after all were resolved`)
  for (const record of world.store.records()) {
    if (record.state === 'concluded') continue
    const payment = world.payments.get(record.fingerprint ?? '')
    world.violate(payment, `its record is ${record.state} of ${record.owner} for ever`)
  }
}

function checkCounters({ name, balancer, watch, world }: Incarnation): void {
  const { inFlight, queued, servers, counters } = balancer.snapshot()
  if (inFlight !== 0) world.violate(undefined, `${name} counts ${inFlight} in flight at the end`)
  if (queued !== 0) world.violate(undefined, `${name} counts ${queued} in its queue at the end`)
  for (const server of servers) {
    if (server.inFlight !== 0) world.violate(undefined, `${name} counts ${server.inFlight} in flight to ${server.id}`)
  }
  for (const [outcome, count] of watch.ended) {
    if (counters[outcome] !== count) {
      world.violate(undefined, `${name} counts ${counters[outcome]} ${outcome} payments, but ${count} ended so`)
    }
  }
}

/** Holds every payment against what its callers were told, now that nothing can happen to it any more. */
export function checkBooks(world: World): void {
  const { coverage, terms } = world
  let sum = 0
  for (const payment of world.payments.values()) {
    sum += payment.executions
    const isMoreThanOne = payment.executions > 1 && terms.scope === 'payment'
    if (isMoreThanOne) world.violate(payment, `it was executed ${payment.executions} times`)
    if (payment.wasToldSucceeded && payment.executions === 0)
      world.violate(payment, 'it succeeded, but nobody executed it')
    if (!payment.wasToldSucceeded && payment.wasToldUnknown) noteUnknown(payment, coverage)
  }
  if (sum !== world.executions)
    world.violate(undefined, `the ledgers sum up to ${world.executions}, the payments to ${sum}`)
}

function noteUnknown(payment: Payment, coverage: World['coverage']): void {
  if (payment.executions > 0) coverage.sometimes('the caller was told unknown, and the payment was executed')
  else coverage.sometimes('the caller was told unknown, and nothing was executed')
}
