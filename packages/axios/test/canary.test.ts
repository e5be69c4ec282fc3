import { format, inspect } from 'node:util'
import axios, { AxiosError } from 'axios'
import type { AxiosRequestConfig } from 'axios'
import { describe, expect, test } from 'vitest'
import { inOrder } from './support/in-order.ts'
import { answer, refusedUrl, reset, silent, startServer } from './support/servers.ts'

/* Twenty secrets, each in another place of a call or its answer, and every way to show the error that comes of it. */

const secrets = {
  bearer: 'canary-01-bearer',
  cookie: 'canary-02-cookie',
  proxyAuthorization: 'canary-03-proxy',
  signature: 'canary-04-signature',
  digestSignature: 'canary-05-digest',
  apiKey: 'canary-06-api-key',
  query: 'canary-07-query',
  param: 'canary-08-param',
  password: 'canary-09-password',
  card: '4242424242424242',
  cardWithSpaces: '5555 5555 5555 4444',
  cardWithDashes: '3782-822463-10005',
  securityCode: 'cvc-canary-13',
  account: 'GB82WEST12345698765432',
  accountWithSpaces: 'DE89 3704 0044 0532 0130 00',
  bodyToken: 'canary-16-body',
  answerCookie: 'canary-17-set-cookie',
  answerToken: 'canary-18-answer-header',
  answerBody: 'canary-19-answer-body',
  transformed: 'canary-20-transform',
} as const

const body = {
  card: secrets.card,
  other: [secrets.cardWithSpaces, secrets.cardWithDashes],
  cvc: secrets.securityCode,
  iban: [secrets.account, secrets.accountWithSpaces],
  token: secrets.bodyToken,
}

const headers = {
  Authorization: `Bearer ${secrets.bearer}`,
  Cookie: `session=${secrets.cookie}`,
  'Proxy-Authorization': `Basic ${secrets.proxyAuthorization}`,
  Signature: `sig1=:${secrets.signature}:`,
  'X-Pay-Signature': secrets.digestSignature,
  'X-Api-Key': secrets.apiKey,
  'Idempotency-Key': 'order-17',
}

const call: AxiosRequestConfig = {
  url: `/charges?secret=${secrets.query}`,
  params: { token: secrets.param },
  auth: { username: 'shop', password: secrets.password },
  headers,
}

const secretAnswer = answer(
  402,
  { 'set-cookie': `s=${secrets.answerCookie}`, 'x-token': secrets.answerToken },
  JSON.stringify({ ...body, note: secrets.answerBody }),
)

const own = (error: Error): object => Object.fromEntries(Object.entries(error))

const views: Record<string, (error: Error & { toJSON?(): object }) => string> = {
  message: (error) => error.message,
  toJSON: (error) => inspect(error.toJSON?.(), { depth: Infinity }),
  stringify: (error) => JSON.stringify({ error }),
  cause: (error) => inspect(error.cause, { depth: Infinity, showHidden: true }),
  inspect: (error) => inspect(error, { depth: Infinity }),
  'inspect without hooks': (error) => inspect(error, { depth: Infinity, customInspect: false }),
  'what console.log writes': (error) => format(error, { error }, '%o', error),
  'a serialiser of errors, as loggers have it': (error) =>
    JSON.stringify({ type: error.name, message: error.message, stack: error.stack, ...own(error), cause: error.cause }),
  'a structured clone': (error) => inspect(structuredClone(own(error)), { depth: Infinity }),
}

const failures: Record<string, () => Promise<readonly [string, AxiosRequestConfig]>> = {
  'a declined card': async () => [(await startServer(secretAnswer)).url, {}],
  'a reset connection': async () => [(await startServer(reset)).url, {}],
  'nobody there': async () => [await refusedUrl(), {}],
  'a timeout': async () => [(await startServer(silent)).url, { timeout: 60 }],
  'a caller who leaves': async () => [(await startServer(silent)).url, { signal: AbortSignal.timeout(60) }],
  'too long a body': async () => ['http://127.0.0.1:1', { maxBodyLength: 10 }],
  'too long an answer': async () => [(await startServer(secretAnswer)).url, { maxContentLength: 10 }],
  'a bad key': async () => ['http://127.0.0.1:1', { headers: { ...headers, 'Idempotency-Key': 'a\u00e4' } }],
  'a card number as the key': async () => [
    (await startServer(reset)).url,
    { headers: { ...headers, 'Idempotency-Key': secrets.card } },
  ],
  'a URL past paylb': async () => ['http://127.0.0.1:1', { url: `https://u:${secrets.password}@a/${secrets.card}` }],
  'a transform that throws': async () => [
    (await startServer(secretAnswer)).url,
    {
      transformResponse: () => {
        throw new AxiosError(`cookie: ${secrets.transformed}; card ${secrets.cardWithSpaces}`, 'X')
      },
    },
  ],
}

describe.each(['axios', 'undici'] as const)('with transport %s', (transport) => {
  test.each(Object.entries(failures))('the error of %s shows none of twenty secrets', async (_, given) => {
    const [server, config] = await given()
    const request = { method: 'post', data: body, ...call, ...config }
    const client = inOrder([server], axios.create(), { transport })
    const error: unknown = await client.request(request).catch((thrown: unknown) => thrown)
    if (!axios.isAxiosError(error)) throw error
    for (const [view, show] of Object.entries(views)) {
      const shown = show(error)
      for (const [name, secret] of Object.entries(secrets)) {
        expect.soft(shown, `${name} in ${view}`).not.toContain(secret)
      }
    }
  })

  test('what is sent again is the true body with the true headers', async () => {
    let answered = 0
    const server = await startServer((request, response, seen) => {
      answered += 1
      if (answered === 1) secretAnswer(request, response, seen)
      else response.end('{}')
    })
    const client = inOrder([server.url], axios.create(), { transport })
    client.interceptors.response.use(undefined, (error: AxiosError) => {
      for (const show of Object.values(views)) show(error)
      return client.request(error.config ?? {})
    })
    const { auth: _, ...withoutAuth } = call
    await client.request({ method: 'post', data: body, ...withoutAuth })
    const [first, second] = server.seen
    expect(second).toEqual(first)
    expect(second).toMatchObject({ body: JSON.stringify(body), headers: { authorization: `Bearer ${secrets.bearer}` } })
  })
})
