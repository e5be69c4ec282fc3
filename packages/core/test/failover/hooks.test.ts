import { describe, expect, test } from 'vitest'
import type { Observer } from '../../src/index.ts'
import { lettered } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { answer, failing, notSent, scripted } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'
import { watched } from '../support/watched.ts'

const throwing = (): never => {
  throw new Error('this hook always throws')
}

const rejecting = (): never => Promise.reject(new Error('late')) as never

const everyHook: Observer = {
  onPick: throwing,
  onAttemptEnd: throwing,
  onPaymentEnd: throwing,
  onHealthChange: throwing,
  onServerAdded: throwing,
  onServerRemoved: throwing,
  onWarning: throwing,
  onClose: throwing,
}

describe('a payment goes on', () => {
  const cases: [string, FleetOptions, Parameters<typeof scripted>[1]][] = [
    ['an observer', { observer: everyHook }, {}],
    ['the classifier', { classify: throwing }, {}],
    ['the strategy', { strategy: { pick: throwing } }, {}],
    ['onTold', {}, { onTold: throwing }],
  ]

  test.each(cases)('when %s throws', async (_, options, call) => {
    const { balancer, warnings, ends } = watched(options)
    for (let payment = 0; payment < 3; payment += 1) {
      await expect(balancer.run(scripted([notSent, answer(200)], call))).resolves.toBe('answer 200')
    }
    expect(ends.map((end) => end.outcome)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(balancer.snapshot()).toMatchObject({ inFlight: 0, counters: { succeeded: 3 } })
    expect(warnings).toHaveLength(1)
  })

  test('but is not sent again when replayable throws', async () => {
    const { balancer, warnings } = watched()
    const call = scripted([notSent], { replayable: throwing })
    expect(await failing(balancer.run(call))).toMatchObject({ outcome: 'not-executed' })
    expect(call.tried).toHaveLength(1)
    expect(warnings.map((warning) => warning.code)).toEqual(['caller-hook-threw'])
  })

  test('when an observer returns a promise that rejects', async () => {
    const observer = { onPick: () => Promise.reject(new Error('late')) } as unknown as Observer
    const { balancer, warnings } = watched({ observer })
    await expect(balancer.run(scripted([answer(200)]))).resolves.toBe('answer 200')
    await expect.poll(() => warnings.map((warning) => warning.code)).toEqual(['observer-threw'])
  })
})

test.each<[string, FleetOptions, Parameters<typeof scripted>[1]]>([
  ['onTold', {}, { onTold: rejecting }],
  ['the classifier', { classify: rejecting }, {}],
])(
  'a payment goes on when %s returns a promise that rejects, and nothing is left unhandled',
  async (_, options, call) => {
    const { balancer, warnings } = watched(options)
    await expect(balancer.run(scripted([answer(200)], call))).resolves.toBe('answer 200')
    await expect.poll(() => warnings.length).toBe(1)
  },
)

describe('an attempt that breaks its promise is unknown, and its lease is released', () => {
  test.each<[string, unknown]>([
    ['throws', throwing],
    ['rejects', () => Promise.reject(new Error('late'))],
    ['rejects with nothing', () => Promise.reject()],
    ['gives no report', () => undefined],
    ['gives a report without evidence', () => ({ status: 200 })],
    ['gives a report with evidence of its own', () => ({ evidence: 'maybe', status: 200 })],
  ])('when it %s', async (_, step) => {
    const { balancer, ends } = watched()
    const call = scripted([step as Scripted, answer(200)])
    const error = await failing(balancer.run(call))
    expect(error).toMatchObject({ outcome: 'unknown', attempts: [{ evidence: 'sent', trouble: 'local' }] })
    expect(call.tried).toHaveLength(1)
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })

  test('and says nothing about the server', async () => {
    const { balancer } = watched({ servers: lettered(1, 1) })
    for (let payment = 0; payment < 20; payment += 1) await failing(balancer.run(scripted([throwing])))
    expect(balancer.snapshot().degraded).toBe(false)
  })

  test('headers that cannot be read cost nothing', async () => {
    const headers = { get: throwing } as unknown as Headers
    const unreadable = answer(503, { headers })
    const { balancer, ends } = watched({ strategy: 'load-based' })
    await expect(balancer.run(scripted([unreadable]))).resolves.toBe('answer 503')
    expect(ends.map((end) => end.outcome)).toEqual(['unknown'])
    expect(balancer.snapshot().inFlight).toBe(0)
  })
})
