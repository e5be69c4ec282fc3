import { expect, test } from 'vitest'
import { crowded } from '../support/crowded.ts'
import { serverNamed } from '../support/fleet.ts'
import { answer, notSent, scripted } from '../support/scripted-call.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a retry that only a full server could take holds up nobody who can go elsewhere', async () => {
  const { balancer } = crowded({ servers: ['a', 'b'].map((id) => serverNamed(id, { maxInFlight: 1 })) })
  const onA = balancer.pick({ exclude: new Set(['b']) })
  const retry = scripted([notSent, answer(200)])
  const retried = balancer.run(retry)
  await settle()
  expect([retry.tried, balancer.snapshot().queued]).toEqual([['b'], 1])
  const other = scripted([answer(200)])
  const ended = balancer.run(other)
  await settle()
  expect(other.tried).toEqual(['b'])
  onA.release()
  await Promise.all([retried, ended])
  expect(retry.tried).toEqual(['b', 'a'])
})
