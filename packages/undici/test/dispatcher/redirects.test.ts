import { request } from 'undici'
import { expect, test } from 'vitest'

import { dispatcherFor } from '../support/dispatchers.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const redirect = (status: number, location: string): string =>
  `HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const url = 'http://payments/charges'

test.each([
  [301, 'PUT', '/v2/charges'],
  [302, 'POST', '/v2/charges'],
  [303, 'POST', '/receipts/1'],
  [307, 'POST', '/v2/charges'],
  [308, 'DELETE', '/v2/charges'],
  [307, 'POST', 'http://payments/v2/charges'],
  [307, 'POST', 'http://10.0.0.1:8080/charges'],
  [307, 'GET', 'http://elsewhere.example/'],
  [302, 'GET', '//elsewhere.example/'],
])('a %i of a %s to %s is the answer, and is not followed', async (status, method, location) => {
  const first = await startRawServer(always(redirect(status, location)))
  const second = await startRawServer(always(ok))
  const dispatcher = dispatcherFor([first.port, second.port])
  const body = method === 'GET' ? {} : { body: 'amount=1' }
  const answer = await fetch(url, { method, ...body, headers: { 'idempotency-key': 'k' }, dispatcher })
  expect([answer.status, answer.redirected, answer.headers.get('paylb-location')]).toEqual([status, false, location])
  expect(answer.headers.get('paylb-outcome')).toBe(method === 'GET' ? 'succeeded' : 'unknown')
  expect(first.requests() + second.requests()).toBe(1)
})

test.each(['/v2/quotes', 'http://payments/v2/quotes', '?v=2'])('a question is followed to %s', async (location) => {
  const server = await startRawServer((socket, _request, number) => {
    socket.write(number === 1 ? redirect(307, location) : ok)
  })
  const answer = await fetch(url, { dispatcher: dispatcherFor([server.port]) })
  expect([answer.status, answer.redirected, await answer.text()]).toEqual([200, true, 'ok'])
  expect(server.requests()).toBe(2)
})

test('a location that is no redirect stays, a server’s own paylb-location does not', async () => {
  const created = redirect(201, '/charges/1').replace('content', 'paylb-location: /x\r\ncontent')
  const server = await startRawServer(always(created))
  const { headers, body } = await request(url, { dispatcher: dispatcherFor([server.port]), method: 'POST', body: 'x' })
  expect([headers['location'], headers['paylb-location']]).toEqual(['/charges/1', undefined])
  await body.dump()
})
