import assert from 'node:assert/strict'
import { seededRandom } from '../../seeded-random.ts'
import type { AdapterRule, MountedAdapter } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { answer, chunked, requestHead } from '../wire/head.ts'
import type { Message } from '../wire/message.ts'

/*
 * Requests and answers that nobody thought of: well-formed ones, of which a few bytes are changed, doubled, cut out or
 * moved. Each caller's path and body carry its own number, so that whatever arrives anywhere can be told apart. A seed
 * is the same bytes every time.
 */

const requestsPerSeed = 60
const seeds = [1, 2, 3]

const awkward = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  '%2e%2e/',
  '//',
  '\\',
  '\x80',
  '0',
  ';',
  '\r\n ',
  '\r\n\r\n',
]
const awkwardFields = [
  'Transfer-Encoding: chunked',
  'Content-Length: 3',
  'Content-Length: 0',
  'Connection: close, Idempotency-Key',
  'Connection: upgrade',
  'Expect: 100-continue',
  'Host: evil.example',
  'Idempotency-Key: other',
  'X-Long: '.padEnd(9_000, 'x'),
  ' folded',
  'TE: trailers',
]

class Chance {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  oneOf<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value
  }

  is(share: number): boolean {
    return this.#random() < share
  }
}

/* Changes up to three places. */
function mutated(bytes: Buffer, chance: Chance): Buffer {
  let text = bytes.toString('latin1')
  for (let change = chance.below(4); change > 0; change -= 1) {
    const at = chance.below(text.length)
    const end = Math.min(text.length, at + 1 + chance.below(8))
    const kinds = [
      () => text.slice(0, at) + chance.oneOf(awkward) + text.slice(at),
      () => text.slice(0, at) + String.fromCodePoint(chance.below(256)) + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(end),
      () => text.slice(0, end) + text.slice(at),
    ]
    text = chance.oneOf(kinds)()
  }
  return Buffer.from(text, 'latin1')
}

function bodyOf(number: number, chance: Chance): string {
  return `{"caller":"n${number}n","fill":"${'x'.repeat(chance.oneOf([0, 10, 3_000]))}"}`
}

function randomRequest(number: number, chance: Chance): Buffer {
  const body = bodyOf(number, chance)
  const fields = [`Idempotency-Key: key-n${number}n`, 'Content-Type: application/json']
  if (chance.is(0.4)) fields.splice(chance.below(fields.length), 0, chance.oneOf(awkwardFields))
  const isChunked = chance.is(0.4)
  fields.push(isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`)
  const head = requestHead(`POST /payments/charges/n${number}n`, 'shop.example', fields)
  const sent = isChunked ? chunked(Buffer.from(body), 1 + chance.below(2_000)) : Buffer.from(body)
  return mutated(Buffer.concat([Buffer.from(head, 'latin1'), sent]), chance)
}

/* The numbers of callers in some bytes. No hexadecimal digits, as in `Via`, look like one. */
function callersIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/n\d+n/gu))
}

function textOf(message: Message): string {
  return [message.startLine, ...message.fields.map((field) => field.join(': ')), message.body.toString('latin1')].join(
    '\n',
  )
}

/* Sends the bytes, then nothing more, and waits for every answer. */
async function play(scene: Scene, app: MountedAdapter, bytes: Buffer): Promise<readonly Message[]> {
  const client = await scene.client(app)
  client.socket.end(bytes)
  await client.ended()
  return client.answers
}

function isRefused(message: Message): boolean {
  return message.value('paylb-outcome') === 'not-executed' || message.status === 404
}

/** Rules on bytes at random. */
export const randomBytes: readonly AdapterRule[] = [
  ...seeds.map((seed) =>
    rule(
      `random requests reach a server only as their callers are told, and nobody gets another one's answer (seed ${seed})`,
      async (scene) => {
        const chance = new Chance(seed)
        const server = await scene.server((startLine) => answer(201, [], `paid ${[...callersIn(startLine)].join(' ')}`))
        const app = await scene.app([server], { timeouts: { idleMs: 300, headMs: 1_000 } })
        const bytes = Array.from({ length: requestsPerSeed }, (_, number) => randomRequest(number, chance))
        const sent = bytes.map((one) => callersIn(one.toString('latin1')))
        const answers = await Promise.all(bytes.map((one) => play(scene, app, one)))
        for (const [number, told] of answers.entries()) {
          const own = `n${number}n`
          const others = told
            .flatMap((one) => [...callersIn(one.body.toString('latin1'))])
            .filter((caller) => sent[number]?.has(caller) !== true)
          assert.deepEqual(others, [], `caller ${own} was given the answer of another one`)
          const arrived = server.requests.filter((request) => callersIn(request.startLine).has(own))
          const answered = told.filter((one) => !isRefused(one)).length
          assert.ok(
            arrived.length <= 1 || arrived.length <= answered,
            `${own} arrived ${arrived.length} times, and ${answered} answers were given`,
          )
          const isOnlyRefused = told.length > 0 && told.every((one) => isRefused(one))
          assert.ok(!isOnlyRefused || arrived.length === 0, `${own} was told that nothing was executed, and it arrived`)
        }
        for (const request of server.requests) {
          const isOfOne = sent.some((callers) => [...callersIn(textOf(request))].every((caller) => callers.has(caller)))
          assert.ok(isOfOne, `what arrived is put together of several requests: ${textOf(request)}`)
        }
        assert.equal((await scene.ask(app, 'GET /payments/after')).status, 201)
      },
    ),
  ),

  ...seeds.map((seed) =>
    rule(`random answers harm nobody else, and are never told as more than they are (seed ${seed})`, async (scene) => {
      const chance = new Chance(1_000 + seed)
      const server = await scene.server({
        onRequest: ({ request, socket }) => {
          const [caller = 'nobody'] = callersIn(request.startLine)
          const bytes = mutated(Buffer.from(answer(201, ['X-One: 1', 'X-Two: 2'], `paid ${caller}`)), chance)
          if (chance.is(0.3)) socket.end(bytes)
          else socket.write(bytes)
        },
      })
      const app = await scene.app([server], { timeouts: { headMs: 300, idleMs: 300, totalMs: 600 } }, { health: false })
      await Promise.all(
        Array.from({ length: requestsPerSeed }, async (_, number) => {
          const own = `n${number}n`
          const told = await scene.tryAsk(app, `POST /payments/charges/${own}`, { body: '{}' })
          assert.ok(told, `${own} was not answered`)
          const strangers = [...callersIn(told.body.toString('latin1'))].filter((caller) => caller !== own)
          /* A changed digit of its own number is no other caller's answer: one connection carries one answer. */
          assert.ok(
            strangers.length === 0 || told.value('paylb-outcome') !== 'not-executed',
            `${own} was told ${strangers.join()}`,
          )
          assert.notEqual(
            told.value('paylb-outcome'),
            'not-executed',
            `${own} was sent, and its caller told that it was not executed`,
          )
        }),
      )
      assert.equal(server.requests.length, requestsPerSeed)
    }),
  ),
]
