import { PaylbError } from '@paylb/core'
import { fetch as undiciFetch, FormData as UndiciFormData } from 'undici'
import { describe, expect, test } from 'vitest'

import type { PaymentDispatcher } from '../../src/index.ts'
import { dispatcherFor } from '../support/dispatchers.ts'
import { unusedPort } from '../support/ports.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const ok =
  'HTTP/1.1 201 Created\r\nset-cookie: a=1\r\nset-cookie: b=2\r\npaylb-outcome: declined\r\ncontent-length: 2\r\n\r\nok'
const pay = { method: 'POST', body: 'amount=1', headers: { 'Idempotency-Key': 'order-17' } }

type Fetch = (url: string, init: Init) => Promise<Response>
interface Init {
  method: string
  body: string | FormData | UndiciFormData
  headers?: Record<string, string>
  dispatcher: PaymentDispatcher
}

describe.each<[string, Fetch]>([
  ['the fetch of Node', (url, init) => fetch(url, init as RequestInit)],
  ['the fetch of undici', undiciFetch as unknown as Fetch],
])('%s', (_whose, fetchIt) => {
  test('pays through the pool; the answer says what became of it', async () => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([server.port])
    const answer = await fetchIt('http://payments/charges?x=1', { ...pay, dispatcher })
    expect([answer.status, await answer.text()]).toEqual([201, 'ok'])
    expect(answer.headers.get('paylb-outcome')).toBe('succeeded')
    expect(answer.headers.get('paylb-attempts')).toBe('1')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const [head = '', body] = server.received[0]?.split('\r\n\r\n') ?? []
    expect(head).toContain('POST /charges?x=1 HTTP/1.1')
    expect(head).toContain(`host: 127.0.0.1:${server.port}`)
    expect(head).toMatch(/idempotency-key: order-17/iu)
    expect(head).toMatch(/content-length: 8/iu)
    expect(body).toBe('amount=1')
  })

  test('moves on past a server that refuses, with the same bytes', async () => {
    const server = await startRawServer(always(ok))
    const dispatcher = dispatcherFor([await unusedPort(), server.port])
    for (let count = 0; count < 4; count += 1) {
      const answer = await fetchIt('http://payments/charges', { ...pay, headers: {}, dispatcher })
      expect(answer.headers.get('paylb-outcome')).toBe('succeeded')
    }
    expect(server.requests()).toBe(4)
  })

  test('a payment that may have been executed is not sent again, and its error says so', async () => {
    const server = await startRawServer((socket) => socket.destroy())
    const dispatcher = dispatcherFor([server.port])
    const failure = await fetchIt('http://payments/charges', { ...pay, dispatcher }).then(
      () => undefined,
      (error) => error,
    )
    expect(failure).toBeInstanceOf(TypeError)
    const { cause } = failure as Error
    expect(PaylbError.isInstance(cause)).toBe(true)
    expect(cause).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown', attempts: [{ evidence: 'sent' }] })
    expect(server.requests()).toBe(1)
  })

  test('forms go out with their type, once encoded', async () => {
    const server = await startRawServer(always(ok))
    const form = fetchIt === undiciFetch ? new UndiciFormData() : new FormData()
    form.set('amount', '1')
    const dispatcher = dispatcherFor([server.port])
    const answer = await fetchIt('http://payments/charges', { method: 'POST', body: form, dispatcher })
    expect(answer.status).toBe(201)
    expect(server.received[0]).toMatch(/content-type: multipart\/form-data; boundary=/iu)
  })
})
