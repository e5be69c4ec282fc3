import { describe, expect, test } from 'vitest'
import type { OutcomeKind, Warning } from '../../src/index.ts'
import { lettered } from '../support/fleet.ts'
import { answer, failing, reset, scripted } from '../support/scripted-call.ts'
import { watched } from '../support/watched.ts'

/* What an answer means with this word of the hook, and what was warned of. */
async function outcomeOf(refined: unknown, status = 200): Promise<[OutcomeKind | undefined, readonly Warning[]]> {
  const { balancer, ends, warnings } = watched({ classify: () => refined as OutcomeKind })
  await balancer.run(scripted([answer(status)])).catch(() => undefined)
  return [ends[0]?.attempts[0]?.outcome, warnings]
}

describe('the classify hook', () => {
  test.each<OutcomeKind>([
    'overloaded',
    'in-progress',
    'key-misuse',
    'unknown',
    'declined',
    'rejected',
    'unauthorized',
    'pending',
    'succeeded',
  ])('may say that an answer means %s', async (kind) => {
    expect(await outcomeOf(kind)).toEqual([kind, []])
    expect(await outcomeOf(kind, 500)).toEqual([kind, []])
  })

  test.each(['not-sent', 'refused', 'incomplete', 'failed', '__proto__', 7, {}, null, Promise.resolve('succeeded')])(
    'may not say that an answered request means %s',
    async (refined) => {
      const [kind, warnings] = await outcomeOf(refined, 500)
      expect(kind).toBe('unknown')
      expect(warnings.map((warning) => warning.code)).toEqual(['classifier-failed'])
    },
  )

  test('may leave an answer as it is', async () => {
    expect(await outcomeOf(undefined, 402)).toEqual(['declined', []])
    expect(await outcomeOf('refused', 421)).toEqual(['refused', []])
  })

  test.each(['not-sent', 'refused'])('cannot open the way to a second attempt with %s', async (refined) => {
    const { balancer } = watched({ classify: () => refined as OutcomeKind })
    const call = scripted([answer(500), answer(200)])
    await balancer.run(call)
    expect(call.tried).toHaveLength(1)
  })

  test('sees status, headers and, where it was held, the body', async () => {
    const seen: unknown[] = []
    const { balancer } = watched({ classify: (one) => void seen.push(one) })
    const headers = new Headers({ 'x-code': '51' })
    const body = new Uint8Array([1, 2])
    await balancer.run(scripted([answer(200, { headers, body })]))
    await balancer.run(scripted([answer(200, { headers })]))
    expect(seen).toEqual([
      { status: 200, headers, body },
      { status: 200, headers },
    ])
  })

  test('is not asked where there is no answer', async () => {
    let asked = 0
    const { balancer } = watched({ classify: () => void (asked += 1) })
    await failing(balancer.run(scripted([{ ...reset, status: 200 }])))
    expect(asked).toBe(0)
  })

  test('turns a body that says no into a decline, which does not hurt the server', async () => {
    const { balancer, ends } = watched({ servers: lettered(1, 1), classify: () => 'declined' })
    for (let payment = 0; payment < 30; payment += 1) await balancer.run(scripted([answer(500)]))
    expect(new Set(ends.map((end) => end.outcome))).toEqual(new Set(['declined']))
    expect(balancer.snapshot().degraded).toBe(false)
  })
})
