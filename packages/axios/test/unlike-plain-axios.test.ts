import { Readable } from 'node:stream'
import axios from 'axios'
import type { AxiosRequestConfig } from 'axios'
import { describe, expect, test, vi } from 'vitest'
import { failing } from './support/failing.ts'
import { answer, startServer } from './support/servers.ts'
import { plain, startTarget, ways } from './support/ways.ts'

/* Where a call is on purpose not what it is with plain axios, because a payment hangs on it. */

function validateStatus(): boolean {
  throw new Error('4242424242424242')
}

describe.each(ways)('with %s', (name, way) => {
  test('a redirect is the answer, never a second request', async () => {
    const server = await startTarget()
    const beforeRedirect = vi.fn<() => void>()
    const own = way(server, { validateStatus: null })
    const settings = name === 'its own transport' ? { maxRedirects: 5, beforeRedirect } : {}
    expect((await own.post('/moved', { a: 1 }, settings)).status).toBe(302)
    expect([server.seen.length, beforeRedirect.mock.calls.length]).toEqual([1, 0])
  })

  test('a validateStatus that throws does not hide what became of the payment', async () => {
    const error = await failing(way(await startServer(answer(201)), {}).post('/charges', {}, { validateStatus }))
    expect([error.outcome, error.response?.status]).toEqual(['succeeded', 201])
    expect(error.message + String(error.cause)).not.toContain('4242')
  })

  test.each([
    ['a field that has no name of HTTP', { headers: { 'X A': '1' } }],
    ['a time that is no number', { timeout: 'soon' as never }],
    ['a time that is over', { timeout: -1 }],
    ['another adapter', { adapter: 'fetch' }],
    ['a URL with a host and auth', { url: 'http://user:pass@127.0.0.1/charges', allowAbsoluteUrls: true }],
    ['a data URL', { url: 'data:,charge' }],
  ] as [string, AxiosRequestConfig][])('%s: nothing is sent, and no server is blamed', async (_what, config) => {
    const server = await startServer()
    const client = way(server, {})
    const error = await failing(client.request({ method: 'POST', url: '/charges', data: {}, ...config }))
    expect([error.outcome, server.seen.length]).toEqual(['not-executed', 0])
    expect(error.attempts.filter(({ trouble }) => trouble !== 'local')).toEqual([])
  })

  test('a body that fails on its way is not known to have arrived', async () => {
    const body = new Readable({ read: () => void body.destroy(new Error('gone')) })
    const error = await failing(way(await startServer(), {}).post('/charges', body))
    expect(error.outcome).not.toBe('succeeded')
    expect(axios.isAxiosError(error)).toBe(true)
  })
})

test('gzip that breaks off within a whole answer: axios takes what there is, the transport undici does not', async () => {
  const server = await startTarget()
  const outcomes = await Promise.all(
    [plain, ...ways.map(([, way]) => way)].map((way) =>
      way(server, {})
        .post('/gzip-cut', {})
        .then(
          ({ status }) => status,
          (error: { outcome: string }) => error.outcome,
        ),
    ),
  )
  expect(outcomes).toEqual([200, 200, 'unknown'])
})
