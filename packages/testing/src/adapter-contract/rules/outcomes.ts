import assert from 'node:assert/strict'
import type { AdapterRule } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer } from '../wire/head.ts'

/* What an answer means for the payment. The answer itself is passed on as it is, whatever its status. */

const keyed = ['Idempotency-Key: order-17']

const table: readonly (readonly [status: number, bare: string, keyed: string])[] = [
  [200, 'succeeded', 'succeeded'],
  [201, 'succeeded', 'succeeded'],
  [202, 'pending', 'pending'],
  [400, 'rejected', 'rejected'],
  [401, 'rejected', 'rejected'],
  [402, 'declined', 'declined'],
  [404, 'rejected', 'rejected'],
  [408, 'unknown', 'unknown'],
  [409, 'unknown', 'pending'],
  [422, 'rejected', 'rejected'],
  [429, 'unknown', 'unknown'],
  [500, 'unknown', 'unknown'],
  [502, 'unknown', 'unknown'],
  [503, 'unknown', 'unknown'],
]

/** Rules on `paylb-outcome` and `paylb-attempts`. */
export const outcomes: readonly AdapterRule[] = table.map(([status, whenBare, whenKeyed]) =>
  rule(
    `a POST answered ${status} is passed on after one attempt: ${whenBare}, with a key ${whenKeyed}`,
    async (scene) => {
      const server = await scene.server(() => answer(status, ['X-Real: yes'], 'the real answer'))
      const other = await scene.server(() => answer(201))
      const app = await scene.app([server, other], {}, { health: false })
      for (const [fields, outcome] of [
        [[], whenBare],
        [keyed, whenKeyed],
      ] as const) {
        const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
        assert.deepEqual([whole.status, whole.value('x-real')], [status, 'yes'])
        assert.equal(whole.body.toString(), 'the real answer')
        assert.equal(whole.value('paylb-outcome'), outcome)
        assert.equal(whole.value('paylb-attempts'), '1')
      }
      assert.deepEqual([server.begun, other.begun], [2, 0])
    },
  ),
)
