import { onTestFinished } from 'vitest'
import { chaos } from '../../src/chaos.ts'
import type { Outcome } from '../../src/chaos.ts'
import type { ServerFaultKind } from '../../src/faults/fault-kinds.ts'
import type { Step } from '../../src/faults/schedule.ts'
import type { RunPlan } from '../../src/run.ts'
import { shortTimes } from '../../src/settings.ts'

/** A fault of a story, in its full strength. */
export function step(kind: ServerFaultKind, gapMs: number, lastsMs: number): Step {
  return { kind, gapMs, lastsMs, strength: { probability: 0.5, ms: 0 } }
}

/** What a story is about; the rest is the same in all. */
export type Story = Pick<RunPlan, 'ledgers' | 'reconciles'> & {
  readonly tracks: readonly (readonly Step[])[]
  readonly apiKillsAfterMs: readonly number[]
  readonly dedupe?: 'none'
}

/** Plays a story with 64 callers at an Express API, who neither leave nor send a payment twice. */
export async function play({ tracks, apiKillsAfterMs, ...story }: Story): Promise<Outcome> {
  const stopped = new AbortController()
  onTestFinished(() => stopped.abort())
  const watcher = { onFault: () => {}, onPhase: () => {} }
  const plan: RunPlan = {
    ...story,
    adapter: 'express',
    strategy: 'round-robin',
    seed: 1,
    times: { ...shortTimes, thinkMs: 0, recovery: { everyMs: 60_000, olderThanMs: 0 } },
    payments: 1,
    leastMs: 0,
    longestMs: 15_000,
    callers: 64,
    mostRepeats: 0,
    hangUpShare: 0,
    drawRound: () => ({ tracks, apiKillsAfterMs }),
  }
  return await chaos(plan, stopped.signal, () => {}, watcher)
}

/** What was violated. */
export function violated({ violations }: Outcome): readonly string[] {
  return violations.filter(({ found }) => found.length > 0).map(({ what }) => what)
}
