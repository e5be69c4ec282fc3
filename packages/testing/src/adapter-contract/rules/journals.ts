import assert from 'node:assert/strict'
import { JournalFullError, JournalUnavailableError, memoryJournal } from '@paylb/core'
import type { Journal } from '@paylb/core'
import type { AdapterRule, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { answer } from '../wire/head.ts'
import type { Message } from '../wire/message.ts'

/* What could not be written down is not sent; and what the server knows afterwards is the truth that is told. */

const fields = ['Idempotency-Key: order-17']

const broken: readonly (readonly [string, () => Error])[] = [
  ['out of order', () => new JournalUnavailableError('the disk is full')],
  ['full', () => new JournalFullError(1)],
]

/** Rules on the journal and on reconciliation. */
export const journals: readonly AdapterRule[] = [
  ...broken.map(([what, error]) =>
    rule(`a journal that is ${what} makes keyed payments 503, not executed: no server sees them`, async (scene) => {
      const server = await scene.server(() => answer(201))
      const app = await scene.app([server], {}, { ledger: 'shared', journal: failing(error) })
      const whole = await pay(scene, app)
      assert.deepEqual([whole.status, whole.json()['type']], [503, 'urn:paylb:not-executed'])
      assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['not-executed', '0'])
      assert.equal(server.begun, 0)
      assert.equal((await pay(scene, app, [])).status, 201)
      assert.equal((await scene.ask(app, 'GET /payments/charges/1', { fields })).status, 201)
      assert.equal(server.begun, 2)
    }),
  ),

  rule('with onJournalFailure: continue it is sent, but never again once it may have been executed', async (scene) => {
    const server = await scene.server({ onRequest: ({ socket }) => socket.resetAndDestroy() })
    const other = await scene.server(() => answer(201))
    const journal = failing(() => new JournalUnavailableError('the disk is full'))
    const app = await scene.app([server, other], {}, { ledger: 'shared', journal, onJournalFailure: 'continue' })
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.value('paylb-outcome')], [502, 'unknown'])
    assert.deepEqual([server.begun, other.begun], [1, 0])
  }),

  ...(['succeeded', 'declined'] as const).map((said) =>
    rule(`a payment of which the server says ${said}, but whose answer is lost, is told so`, async (scene) => {
      const server = await scene.server({ onRequest: ({ socket }) => socket.resetAndDestroy() })
      const app = await scene.app([server], {}, { reconcile: () => Promise.resolve(said) })
      const whole = await pay(scene, app)
      assert.deepEqual([whole.status, whole.json()['type']], [502, 'urn:paylb:answer-lost'])
      assert.deepEqual([whole.value('paylb-outcome'), whole.json()['outcome']], [said, said])
      assert.equal(server.begun, 1)
    }),
  ),

  rule('a 500 stays the answer when the server says that the payment succeeded', async (scene) => {
    const server = await scene.server(() => answer(500, ['X-Real: yes'], 'out of order'))
    const app = await scene.app([server], {}, { reconcile: () => Promise.resolve('succeeded') })
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.value('x-real'), whole.body.toString()], [500, 'yes', 'out of order'])
    assert.equal(whole.value('paylb-outcome'), 'succeeded')
  }),

  rule('a payment that the server cannot find stays unknown, and is not sent again', async (scene) => {
    const server = await scene.server({ onRequest: ({ socket }) => socket.resetAndDestroy() })
    const other = await scene.server(() => answer(201))
    const app = await scene.app([server, other], {}, { reconcile: () => Promise.resolve('not-found') })
    const whole = await pay(scene, app)
    assert.deepEqual([whole.status, whole.value('paylb-outcome'), other.begun], [502, 'unknown', 0])
    assert.deepEqual(
      (await app.balancer.unsettled()).map(({ key, target }) => [key, target]),
      [['order-17', '/charges']],
    )
  }),
]

function pay(scene: Scene, app: MountedAdapter, asked: readonly string[] = fields): Promise<Message> {
  return scene.ask(app, 'POST /payments/charges?card=hidden', { fields: asked, body: 'amount=1' })
}

/* A journal that can do nothing but say so. */
function failing(error: () => Error): Journal {
  const journal = memoryJournal()
  const fail = async (): Promise<never> => {
    throw error()
  }
  const failures = { begin: fail, dispatching: fail, settle: fail, takeOver: fail, resolve: fail }
  return {
    ...failures,
    secret: undefined,
    find: (key) => journal.find(key),
    unsettled: () => journal.unsettled(),
    close: () => journal.close(),
  }
}
