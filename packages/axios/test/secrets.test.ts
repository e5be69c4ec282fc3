import { format, inspect } from 'node:util'
import axios from 'axios'
import type { AxiosRequestConfig } from 'axios'
import { describe, expect, test } from 'vitest'
import { failing } from './support/failing.ts'
import { inOrder } from './support/in-order.ts'
import { answer, refusedUrl, reset, silent, startServer } from './support/servers.ts'

const secrets = {
  token: 'sk-canary-0123',
  cookie: 'session-canary-4567',
  signature: 'sig-canary-89ab',
  card: '4111111111111111',
  spacedCard: '5555 5555 5555 4444',
  account: 'DE89370400440532013000',
  answerCookie: 'set-canary-cdef',
  password: 'pass-canary-1122',
}

const call: AxiosRequestConfig = {
  headers: {
    Authorization: `Bearer ${secrets.token}`,
    Cookie: `s=${secrets.cookie}`,
    'Proxy-Authorization': `Basic ${secrets.password}`,
    'X-Signature': secrets.signature,
    'X-Api-Key': secrets.token,
    'Idempotency-Key': 'order-17',
  },
  params: { token: secrets.token },
}

const body = { card: secrets.card, other: secrets.spacedCard, cvc: '737', iban: secrets.account }

const secretAnswer = answer(
  400,
  { 'set-cookie': `s=${secrets.answerCookie}`, 'x-token': secrets.token },
  JSON.stringify({ ...body, password: secrets.password }),
)

/* Every way in which a program shows an error without reaching into it by name. */
const views: Record<string, (error: Error) => string> = {
  message: (error) => error.message,
  stack: (error) => String(error.stack),
  text: (error) => String(error),
  JSON: (error) => JSON.stringify(error),
  'JSON of a wrapper': (error) => JSON.stringify({ error }),
  inspect: (error) => inspect(error, { depth: Infinity }),
  'inspect of all': (error) => inspect({ error }, { depth: Infinity, showHidden: true }),
  'inspect without hooks': (error) => inspect(error, { depth: Infinity, customInspect: false }),
  'format %o': (error) => format('%s %o %O %j', error, error, error, error),
  'own properties': (error) => inspect(Object.fromEntries(Object.entries(error)), { depth: Infinity }),
  cause: (error) => inspect(error.cause, { depth: Infinity, showHidden: true }),
  'JSON of the cause': (error) => JSON.stringify(error.cause),
}

const failures: Record<string, () => Promise<Error>> = {
  'an answer with a bad status': async () => post([(await startServer(secretAnswer)).url]),
  'a broken connection': async () => post([(await startServer(reset)).url]),
  'no connection': async () => post([await refusedUrl()]),
  'a timeout': async () => post([(await startServer(silent)).url], { timeout: 40 }),
  'a cancelled call': async () => post([(await startServer(silent)).url], { signal: AbortSignal.timeout(40) }),
  'a call that is cancelled from the start': async () => post(['http://127.0.0.1:1'], { signal: AbortSignal.abort() }),
  'a refused URL': async () => post(['http://127.0.0.1:1'], { url: `//user:${secrets.password}@a/${secrets.card}` }),
  'a card number in the path': async () =>
    post([await refusedUrl()], { url: '/cards/4111%201111%201111%201111/IBAN:de89-3704-0044-0532-0130-00' }),
  'a request that axios refuses': async () => post(['http://127.0.0.1:1'], { maxBodyLength: 1 }),
  'a header that Node refuses': async () =>
    post(['http://127.0.0.1:1'], { headers: { Authorization: secrets.token, 'x\u0001': secrets.token } }),
  'an answer that is no JSON': async () => {
    const server = await startServer(answer(200, {}, secrets.token))
    return post([server.url], { responseType: 'json', transitional: { silentJSONParsing: false } })
  },
  'a transform that throws': async () =>
    post([(await startServer(secretAnswer)).url], {
      transformResponse: () => {
        throw new axios.AxiosError(`cookie: ${secrets.cookie}; card ${secrets.spacedCard}, cvc: 737`, 'X')
      },
    }),
}

function post(servers: string[], config: AxiosRequestConfig = {}): Promise<Error> {
  return inOrder(servers)
    .request({ url: '/charges', method: 'post', data: body, ...call, ...config })
    .then(
      () => expect.unreachable('the call should have failed'),
      (error: Error) => error,
    )
}

describe.each(Object.entries(failures))('the error of %s', (_name, fail) => {
  test('shows no secret', async () => {
    const error = await fail()
    expect(axios.isAxiosError(error)).toBe(true)
    for (const [view, show] of Object.entries(views)) {
      for (const [name, secret] of Object.entries(secrets)) {
        expect.soft(show(error) ?? '', `${name} in ${view}`).not.toContain(secret)
      }
      expect.soft(show(error) ?? '', view).not.toMatch(/4111[\s%-](?:20)?1111|3704-0044|cvc\W{0,6}\d/u)
    }
  })
})

describe('an error', () => {
  test('still says where it happened, and what', async () => {
    const error = await failing(inOrder([(await startServer(secretAnswer)).url]).post('/charges/17?a=1', body, call))
    const shown = JSON.parse(JSON.stringify(error)) as object
    expect(shown).toMatchObject({
      name: 'AxiosError',
      message: 'Request failed with status code 400',
      status: 400,
      code: 'ERR_BAD_REQUEST',
      outcome: 'rejected',
      attempts: [{ outcome: 'rejected', status: 400 }],
      config: {
        method: 'post',
        url: '/charges/17?[redacted]',
        headers: { 'Idempotency-Key': 'order-17', Authorization: '[redacted]' },
      },
      response: { status: 400, headers: { 'set-cookie': '[redacted]' } },
    })
    expect(inspect(error)).toMatch(/^AxiosError: Request failed with status code 400\n\s+at /u)
  })

  test('keeps its real values for who asks for them by name', async () => {
    const error = await failing(inOrder([(await startServer(secretAnswer)).url]).post('/charges', body, call))
    expect(error.config?.headers.get('Authorization')).toBe(`Bearer ${secrets.token}`)
    expect(error.config?.data).toBe(JSON.stringify(body))
    expect(error.response?.headers['set-cookie']).toEqual([`s=${secrets.answerCookie}`])
    expect(error.request).toBeDefined()
    expect(Object.keys(error)).not.toEqual(expect.arrayContaining(['config']))
  })

  test('has a configuration that can be sent again, as an interceptor does after renewing a token', async () => {
    const server = await startServer((request, response, seen) => {
      const isRenewed = seen.headers.authorization === 'Bearer new'
      return isRenewed ? void response.end('{}') : answer(401)(request, response, seen)
    })
    const payments = inOrder([server.url])
    payments.interceptors.response.use(undefined, async (error: unknown) => {
      if (!axios.isAxiosError(error) || error.config === undefined || error.status !== 401) throw error
      error.config.headers.set('Authorization', 'Bearer new')
      return payments(error.config)
    })
    expect((await payments.post('/charges', body, call)).status).toBe(200)
    expect(server.seen.map((one) => one.body)).toEqual([JSON.stringify(body), JSON.stringify(body)])
    expect(server.seen[1]?.headers['idempotency-key']).toBe('order-17')
  })
})
