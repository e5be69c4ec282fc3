import { setTimeout as sleep } from 'node:timers/promises'
import type { SpawnedPaymentServer } from '@paylb/testing'
import type { AttemptLog } from './attempt-log.ts'
import type { Coverage } from './coverage.ts'
import { isRequestFault, requestFaults } from './fault-kinds.ts'
import type { ProcessFaultKind } from './fault-kinds.ts'
import type { Step } from './schedule.ts'

/* Plays what goes wrong with one server. A fault goes on until it has hit a payment, but not for ever. */

/** Some cards are declined at any time. */
export const always = { decline: true, probability: 0.04 } as const

const lookEveryMs = 50
const patienceMs = 8_000
/* A port that was let go may be taken for a moment by somebody's connection. */
const portPatienceMs = 5_000

/** What a fault is played on, and who is told of it. */
export interface Stage {
  readonly attempts: AttemptLog
  readonly coverage: Coverage
  readonly signal: AbortSignal
  /** A fault has hit nobody, however long it lasted. */
  onMiss(what: string): Promise<void>
  /** A fault begins (true) or ends. */
  onFault(what: string, begins: boolean): void
}

/** Plays the steps of one server one after another; the server is well at the end. Rejects when aborted, and leaves it as it is. */
export async function playTrack(server: SpawnedPaymentServer, track: readonly Step[], stage: Stage): Promise<void> {
  for (const step of track) {
    await sleep(step.gapMs, undefined, { signal: stage.signal })
    await playStep(server, step, stage)
  }
}

async function playStep(server: SpawnedPaymentServer, step: Step, stage: Stage): Promise<void> {
  const hits = await hitsOf(server, step, stage)
  const what = `${server.id} ${step.kind}`
  await begin(server, step)
  stage.onFault(what, true)
  await sleep(step.lastsMs, undefined, { signal: stage.signal })
  for (let waitedMs = 0; waitedMs < patienceMs && (await hits()) === 0; waitedMs += lookEveryMs) {
    await sleep(lookEveryMs, undefined, { signal: stage.signal })
  }
  const count = await hits()
  stage.coverage.add(step.kind, count)
  if (count === 0) await stage.onMiss(what)
  await end(server, step)
  stage.onFault(what, false)
}

/* A function that counts the hits from now on. */
async function hitsOf(
  server: SpawnedPaymentServer,
  { kind }: Step,
  { attempts }: Stage,
): Promise<() => number | Promise<number>> {
  if (!isRequestFault(kind)) {
    const before = attempts.unanswered(server.id)
    return () => attempts.unanswered(server.id) - before
  }
  const { counter } = requestFaults[kind]
  const before = (await server.stats())[counter]
  return async () => (await server.stats())[counter] - before
}

async function begin(server: SpawnedPaymentServer, { kind, strength }: Step): Promise<void> {
  if (isRequestFault(kind)) return await server.setFaults([requestFaults[kind].rule(strength), always])
  const beginnings: Readonly<Record<ProcessFaultKind, () => Promise<void>>> = {
    kill: () => server.kill(),
    pause: () => server.pause(),
    refuse: () => server.setFaults([{ refuse: true }]),
  }
  await beginnings[kind]()
}

async function end(server: SpawnedPaymentServer, { kind }: Step): Promise<void> {
  if (kind === 'kill') await withPatience(() => server.restart())
  if (kind === 'pause') server.resume()
  await withPatience(() => server.setFaults(always))
}

async function withPatience(act: () => Promise<void>): Promise<void> {
  const giveUpAt = performance.now() + portPatienceMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (performance.now() > giveUpAt) throw error
      await sleep(lookEveryMs)
    }
  }
}
