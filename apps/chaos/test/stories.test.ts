import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Evidence } from '../src/check/evidence.ts'
import { play, step, violated } from './support/story.ts'

const timeoutMs = 20_000

function keysTold({ payments }: Evidence, outcome: string): ReadonlySet<string> {
  const told = payments.filter((payment) => payment.outcome === outcome && payment.isAnswered)
  return new Set(told.flatMap(({ key }) => (key === undefined ? [] : [key])))
}

test(
  'kill -9 of the API: all that was in flight is found, and the ledger holds what callers know and what was recovered',
  async () => {
    const outcome = await play({ ledgers: 'shared', reconciles: true, tracks: [], apiKillsAfterMs: [500] })
    const { evidence } = outcome.result
    /* Nobody repeats here, so what was in flight stays unknown to its callers. */
    expect(violated(outcome).filter((what) => what !== 'unknown more often than promised')).toEqual([])
    rmSync(outcome.keptFolder ?? '', { recursive: true, force: true })

    const [death] = evidence.deaths
    const executed = new Set(evidence.executions.flatMap(({ key }) => key ?? []))
    const journalled = [...(death?.journalled ?? [])]
    const recovered = journalled.filter((key) => executed.has(key))
    const declined = journalled.filter((key) => evidence.declinedKeys.has(key))
    expect(death?.inFlight.length).toBeGreaterThan(10)
    expect(evidence.recoveries[1]).toEqual({
      found: journalled.length,
      succeeded: recovered.length,
      declined: declined.length,
      unknown: journalled.length - recovered.length - declined.length,
    })
    expect(executed).toEqual(new Set([...keysTold(evidence, 'succeeded'), ...recovered]))
    expect(evidence.unsettled.map(({ key }) => key).toSorted()).toEqual(
      journalled.filter((key) => !executed.has(key) && !evidence.declinedKeys.has(key)).toSorted(),
    )
  },
  timeoutMs,
)

test(
  'two ledgers and no reconcile hook: no payment on both, and every unknown one is listed',
  async () => {
    const outcome = await play({
      ledgers: 'two',
      reconciles: false,
      tracks: [[step('kill', 200, 600)], [step('reset after', 500, 600)], [step('pause', 300, 1_500)]],
      /* Late enough that callers of the paused server were told. */
      apiKillsAfterMs: [2_100],
    })
    const { evidence } = outcome.result
    expect(violated(outcome)).toEqual([])

    const listed = new Set(evidence.unsettledByApi)
    const unknown = keysTold(evidence, 'unknown')
    expect(unknown.size).toBeGreaterThan(0)
    expect([...unknown].filter((key) => !listed.has(key))).toEqual([])
    expect(evidence.keysOnSeveralLedgers).toEqual([])
  },
  timeoutMs,
)

test(
  'servers that ignore keys, though a shared ledger was declared, are found to have charged twice',
  async () => {
    const outcome = await play({
      ledgers: 'shared',
      reconciles: true,
      tracks: [[step('reset after', 100, 300)], [], []],
      apiKillsAfterMs: [],
      dedupe: 'none',
    })
    expect(violated(outcome)).toContain('charged twice')
    expect(outcome.keptFolder).toBeDefined()
    rmSync(outcome.keptFolder ?? '', { recursive: true, force: true })
  },
  timeoutMs,
)
