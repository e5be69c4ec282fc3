import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { JournalUnavailableError, memoryJournal } from '@paylb/core'
import type { BalancerOptions, Observer } from '@paylb/core'
import type { AdapterRule, ForwardSettings } from '../adapter-rule.ts'
import { rule } from '../scene.ts'
import type { Ask } from '../scene.ts'
import { answer, lines } from '../wire/head.ts'
import type { ServerScript } from '../wire/raw-server.ts'

/*
 * What callers and servers keep from others stays between them, whatever goes wrong: it must not be found in what paylb
 * itself answers, warns of, reports to an observer, or shows in a snapshot. The key alone may be shown to its caller.
 */

const secrets = {
  authorization: 'canary-bearer-7f31',
  cookie: 'canary-cookie-a92c',
  proxyAuthorization: 'canary-proxy-11e8',
  signature: 'canary-signature-c0de',
  apiKey: 'canary-api-key-55aa',
  query: 'canary-query-90bd',
  path: 'canary-path-4f4f',
  card: '4242424242424242',
  cardWithSpaces: '5555 5555 5555 4444',
  cvc: 'canary-cvc-737',
  iban: 'DE89370400440532013000',
  name: 'canary-name-e2e2',
  setCookie: 'canary-set-cookie-b7b7',
  answerHeader: 'canary-answer-header-3d3d',
  answerBody: 'canary-answer-body-8a8a',
  reason: 'canary-reason-6c6c',
}

const body = JSON.stringify({ card: secrets.card, other: secrets.cardWithSpaces, cvc: secrets.cvc, iban: secrets.iban })
const fields = [
  `Authorization: Bearer ${secrets.authorization}`,
  `Cookie: session=${secrets.cookie}`,
  `Proxy-Authorization: Basic ${secrets.proxyAuthorization}`,
  `X-Pay-Signature: ${secrets.signature}`,
  `X-Api-Key: ${secrets.apiKey}`,
  `X-Name: ${secrets.name}`,
]
const target = `POST /payments/charges/${secrets.path}?token=${secrets.query}`

const secretAnswer = [`Set-Cookie: id=${secrets.setCookie}`, `X-Secret: ${secrets.answerHeader}`]

interface Accident {
  readonly what: string
  readonly script?: ServerScript
  readonly settings?: ForwardSettings
  readonly balancer?: Partial<BalancerOptions>
  readonly ask?: Ask
  readonly target?: string
  readonly status: number
}

function saying(bytes: string): ServerScript {
  return { onRequest: ({ socket }) => void socket.end(Buffer.from(bytes, 'latin1')) }
}

const halfAnAnswer = answer(201, secretAnswer, secrets.answerBody).slice(0, -4)

const accidents: readonly Accident[] = [
  { what: 'a reset', script: { onRequest: ({ socket }) => socket.resetAndDestroy() }, status: 502 },
  { what: 'silence', script: {}, settings: { timeouts: { headMs: 100 } }, status: 504 },
  { what: 'a cut answer', script: saying(halfAnAnswer), status: 502 },
  {
    what: 'an answer with a control character',
    script: saying(lines(['HTTP/1.1 201 Created', `X-Bad: \u0000${secrets.answerHeader}`])),
    status: 502,
  },
  {
    what: 'an answer that is none',
    script: saying(`${secrets.reason} ${secrets.answerHeader} ${secrets.answerBody}\r\n\r\n`),
    status: 502,
  },
  {
    what: 'two lengths',
    script: saying(
      lines([`HTTP/1.1 200 ${secrets.reason}`, 'Content-Length: 3', 'Content-Length: 4', ...secretAnswer]),
    ),
    status: 502,
  },
  { what: 'a body that is too large', settings: { maxBodyBytes: 10, maxReplayBytes: 10 }, status: 413 },
  { what: 'two keys', ask: { fields: [...fields, 'Idempotency-Key: a', 'Idempotency-Key: b'], body }, status: 400 },
  { what: 'no key where one is needed', settings: { requireKey: true }, status: 400 },
  {
    what: 'a path that is refused',
    target: `POST /payments/${secrets.path}/%2e%2e/x?token=${secrets.query}`,
    status: 400,
  },
  {
    what: 'nobody to go to',
    balancer: { maxInFlight: 1 },
    script: {},
    settings: { timeouts: { headMs: 100 } },
    status: 504,
  },
  {
    what: 'a journal that is out of order',
    balancer: { journal: brokenJournal() },
    ask: { fields: [...fields, 'Idempotency-Key: order-17'], body },
    status: 503,
  },
]

function brokenJournal(): NonNullable<BalancerOptions['journal']> {
  const journal = memoryJournal()
  journal.begin = () => Promise.reject(new JournalUnavailableError('the disk is full'))
  return journal
}

/* Everything that an observer can be told, as text. */
function listener(heard: string[]): Observer {
  const hear = (...told: unknown[]): void => void heard.push(inspect(told, { depth: 12, showHidden: true }))
  const hooks = ['onAttemptEnd', 'onPaymentEnd', 'onWarning', 'onHealthChange', 'onRecovery', 'onPick'] as const
  return Object.fromEntries(hooks.map((hook) => [hook, hear])) as Observer
}

/** Rules on secrets. */
export const secretsStay: readonly AdapterRule[] = accidents.map(
  ({ what, script, settings, balancer, ask, target: other, status }) =>
    rule(`after ${what} no secret shows in what paylb says`, async (scene) => {
      const heard: string[] = []
      const warn = (warning: Error): void => void heard.push(inspect(warning, { depth: 12, showHidden: true }))
      process.on('warning', warn)
      try {
        const server = await scene.server(script ?? (() => answer(201)))
        const app = await scene.app([server], settings, { ...balancer, observer: listener(heard) })
        const whole = await scene.ask(app, other ?? target, ask ?? { fields, body })
        assert.equal(whole.status, status)
        assert.equal(whole.value('content-type'), 'application/problem+json')
        heard.push(JSON.stringify([...whole.fields]), whole.body.toString(), JSON.stringify(app.balancer.snapshot()))
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
      } finally {
        process.off('warning', warn)
      }
      for (const [name, secret] of Object.entries(secrets)) {
        assert.ok(!heard.some((text) => text.includes(secret)), `${name} shows after ${what}`)
      }
    }),
)
