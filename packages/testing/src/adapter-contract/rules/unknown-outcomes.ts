import assert from 'node:assert/strict'
import type { AdapterRule, ForwardSettings } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import { answer, answerHead, lines } from '../wire/head.ts'
import type { ServerScript } from '../wire/raw-server.ts'

/*
 * After the first byte of an unsafe request, anything short of a whole answer may be an executed payment. It is told as
 * unknown, and exactly one server ever sees it, once, whether it has a key or not.
 */

const payments: readonly (readonly [string, readonly string[]])[] = [
  ['a bare POST', []],
  ['a keyed POST', ['Idempotency-Key: order-17']],
]

interface Fault {
  readonly name: string
  readonly status: 502 | 504
  readonly script: ServerScript
}

const faults: readonly Fault[] = [
  { name: 'reset before the answer', status: 502, script: { onRequest: ({ socket }) => socket.resetAndDestroy() } },
  { name: 'closed before the answer', status: 502, script: { onRequest: ({ socket }) => socket.end() } },
  { name: 'reset within the head of the answer', status: 502, script: resettingAfter('HTTP/1.1 201 Crea') },
  {
    name: 'reset within the body of the answer',
    status: 502,
    script: resettingAfter(answer(201, [], 'paid').slice(0, -2)),
  },
  {
    name: 'closed within the body of the answer',
    status: 502,
    script: closingAfter(answer(201, [], 'paid').slice(0, -2)),
  },
  {
    name: 'closed between two chunks of the answer',
    status: 502,
    script: closingAfter(`${answerHead(201, ['Transfer-Encoding: chunked'])}4\r\npaid\r\n`),
  },
  { name: 'answered with garbage', status: 502, script: saying('SSH-2.0-OpenSSH_9.6\r\n\r\n') },
  { name: 'answered with two lengths', status: 502, script: saying(twoLengths()) },
  { name: 'answered with bytes after the end', status: 502, script: saying(`${answer(201, [], 'paid')}and more`) },
  {
    name: 'answered with nothing but interim answers',
    status: 502,
    script: saying(lines(['HTTP/1.1 102 Busy']).repeat(17)),
  },
  { name: 'never answered', status: 504, script: {} },
  { name: 'answered with half a head and silence', status: 504, script: saying('HTTP/1.1 201 Crea') },
  { name: 'answered with half a body and silence', status: 504, script: saying(answer(201, [], 'paid').slice(0, -2)) },
]

const impatient: ForwardSettings = { timeouts: { headMs: 150, idleMs: 150 } }

/** Rules on payments whose outcome cannot be known. */
export const unknownOutcomes: readonly AdapterRule[] = payments.flatMap(([payment, fields]) =>
  faults.map(({ name, status, script }) =>
    rule(`${payment} ${name} is ${status} outcome-unknown, and no other server sees it`, async (scene) => {
      const faulty = await scene.server(script)
      const other = await scene.server(() => answer(201))
      const app = await scene.app([faulty, other], status === 504 ? impatient : {})
      const whole = await scene.ask(app, 'POST /payments/charges', { fields, body: 'amount=1' })
      assert.equal(whole.status, status)
      assert.equal(whole.value('content-type'), 'application/problem+json')
      assert.equal(whole.json()['type'], 'urn:paylb:outcome-unknown')
      assert.equal(whole.json()['outcome'], 'unknown')
      assert.deepEqual([whole.value('paylb-outcome'), whole.value('paylb-attempts')], ['unknown', '1'])
      assert.deepEqual([faulty.begun, faulty.requests.length, other.begun], [1, 1, 0])
      assert.deepEqual(app.balancer.snapshot().counters, { unknown: 1 })
    }),
  ),
)

function saying(bytes: string): ServerScript {
  return { onRequest: ({ socket }) => socket.write(bytes, 'latin1') }
}

function closingAfter(bytes: string): ServerScript {
  return { onRequest: ({ socket }) => socket.end(bytes, 'latin1') }
}

function resettingAfter(bytes: string): ServerScript {
  return { onRequest: ({ socket }) => socket.write(bytes, 'latin1', () => socket.resetAndDestroy()) }
}

function twoLengths(): string {
  return `${answerHead(201, ['Content-Length: 4', 'Content-Length: 5'])}paid!`
}
