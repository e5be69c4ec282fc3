import { inspect } from 'node:util'

import { request } from 'undici'
import { expect, test } from 'vitest'

import { dispatcherFor } from '../support/dispatchers.ts'
import { unusedPort } from '../support/ports.ts'
import { always, type Respond, startRawServer } from '../support/raw-server.ts'

const secrets = ['4242424242424242', 'bearer-secret', 'cookie-secret', 'query-secret']
const headers = { authorization: 'Bearer bearer-secret', cookie: 'session=cookie-secret' }
const url = 'http://payments/charges?token=query-secret'
const body = '{"card":"4242424242424242"}'

test.each<[string, Respond | undefined, object]>([
  ['nobody is there', undefined, {}],
  ['the connection breaks', (socket) => socket.destroy(), {}],
  ['the answer is malformed', always('HTTP/1.1 200 OK\r\nx: \x00 4242424242424242\r\n\r\n'), {}],
  ['no answer comes', () => {}, { headersTimeout: 20 }],
  ['a header cannot be sent', () => {}, { headers: { ...headers, x: 'bearer-secret\r\n' } }],
  ['the path is refused', () => {}, { query: { card: '4242424242424242' } }],
  ['the key is refused', () => {}, { headers: { ...headers, 'idempotency-key': ' 4242424242424242' } }],
])('when %s, the error shows no secret', async (_what, respond, options) => {
  const port = respond === undefined ? await unusedPort() : (await startRawServer(respond)).port
  const dispatcher = dispatcherFor([port])
  const failure = request(url, { dispatcher, method: 'POST', headers, body, ...options })
  const error: unknown = await failure.then(
    () => expect.unreachable(),
    (thrown: unknown) => thrown,
  )
  const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + String(error)
  for (const secret of secrets) expect(shown).not.toContain(secret)
})
