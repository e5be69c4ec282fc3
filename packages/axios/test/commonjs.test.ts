import { createRequire } from 'node:module'
import type { AxiosStatic } from 'axios'
import { describe, expect, test } from 'vitest'
import { paylb } from '../src/index.ts'
import { failing } from './support/failing.ts'
import { answer, reset, startServer } from './support/servers.ts'

/* A CommonJS program has another copy of axios than paylb has. They need not be the same. */

const axios = createRequire(import.meta.url)('axios') as AxiosStatic

describe.each(['axios', 'undici'] as const)(
  'an instance of the axios of CommonJS, over the transport %s',
  (transport) => {
    test('gets its answers', async () => {
      const server = await startServer(answer(201, { 'content-type': 'application/json', 'x-one': '1' }, '{"ok":true}'))
      const client = paylb(axios.create(), { servers: [server.url], transport })
      const { status, data, headers } = await client.post<unknown>('/charges', { a: 1 })
      expect([status, data, headers['x-one']]).toEqual([201, { ok: true }, '1'])
      expect(headers).toBeInstanceOf(axios.AxiosHeaders)
      expect(server.seen[0]?.body).toBe('{"a":1}')
    })

    test('gets errors that its own functions know', async () => {
      const client = paylb(axios.create(), { servers: [(await startServer(reset)).url], transport })
      const error = await failing(client.post('/charges', {}))
      expect([axios.isAxiosError(error), error.outcome]).toEqual([true, 'unknown'])
      const cancelled = await failing(client.post('/charges', {}, { signal: AbortSignal.abort() }))
      expect([axios.isCancel(cancelled), cancelled.outcome]).toEqual([true, 'not-executed'])
    })
  },
)
