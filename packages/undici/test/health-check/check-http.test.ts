import type { HealthCheckOptions } from '@paylb/core'
import { describe, expect, test } from 'vitest'

import type { CheckResult } from '../../src/health-check/check-result.ts'
import type { TlsOptions } from '../../src/index.ts'
import { answered, post, serverAt, transportFor, within } from '../support/attempts.ts'
import { newAuthority } from '../support/authority.ts'
import { check } from '../support/check.ts'
import { watchHandles } from '../support/open-handles.ts'
import { nowhere } from '../support/ports.ts'
import { always, startRawServer } from '../support/raw-server.ts'
import { startTlsServer } from '../support/tls-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

const authority = newAuthority()

test.each<[number, HealthCheckOptions['expectStatus'], CheckResult['verdict']]>([
  [200, undefined, 'passed'],
  [204, undefined, 'passed'],
  [301, undefined, 'failed'],
  [404, undefined, 'failed'],
  [503, undefined, 'failed'],
  [503, 503, 'passed'],
  [200, 503, 'failed'],
  [404, [200, 404], 'passed'],
  [500, [200, 404], 'failed'],
])('status %i where %j is expected: %s', async (status, expectStatus, verdict) => {
  const server = await startRawServer(always(`HTTP/1.1 ${status} So\r\ncontent-length: 0\r\n\r\n`))
  expect(await check(server.port, { expectStatus })).toEqual({ verdict })
})

describe('a check is not a payment', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'] as const)('%s goes out without body, key or credentials', async (method) => {
    const server = await startRawServer(always('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    expect(await check(`http://127.0.0.1:${server.port}/v1`, { method, path: '/health?deep=1' })).toEqual({
      verdict: 'passed',
    })
    const lines = server.received[0]?.split('\r\n').filter((line) => !line.startsWith('connection: '))
    expect(lines).toEqual([
      `${method} /v1/health?deep=1 HTTP/1.1`,
      `host: 127.0.0.1:${server.port}`,
      'user-agent: paylb-health-check',
      '',
      '',
    ])
  })

  test.each(['//evil.example/x', '/@evil.example', '/../x'])('the path %s stays with its server', async (path) => {
    const server = await startRawServer(always(ok))
    expect(await check(server.port, { path })).toEqual({ verdict: 'passed' })
    const [line, host] = server.received[0]?.split('\r\n') ?? []
    expect([line, host]).toEqual([`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${server.port}`])
  })

  test('a redirect is not followed', async () => {
    const other = await startRawServer(always(ok))
    const location = `location: http://127.0.0.1:${other.port}/\r\n`
    const server = await startRawServer(always(`HTTP/1.1 302 Found\r\n${location}content-length: 0\r\n\r\n`))
    expect(await check(server.port)).toEqual({ verdict: 'failed' })
    expect(other.sockets).toEqual([])
  })

  test('its connection is its own, while payments are under way and afterwards', async () => {
    const server = await startRawServer((socket, request) => {
      if (request.startsWith('GET')) socket.write(ok)
    })
    const transport = transportFor()
    const payment = transport.attempt(serverAt(server.port), post(), within())
    await expect.poll(() => server.requests()).toBe(1)
    expect(await check(server.port)).toEqual({ verdict: 'passed' })
    expect(server.sockets.length).toBe(2)
    await expect.poll(() => server.sockets.map((socket) => socket.closed)).toEqual([false, true])
    server.sockets[0]?.write(ok)
    answered(await payment)
    expect(await check(server.port)).toEqual({ verdict: 'passed' })
    expect(server.sockets.length).toBe(3)
  })
})

test('an error of this machine counts as nothing', async () => {
  expect(await check(`http://${nowhere}`)).toEqual({ verdict: 'nothing' })
})

test.each([
  ['TEXT cpu_utilization=0.25', 200, { verdict: 'passed', load: 0.25 }],
  ['JSON {"application_utilization":1.5}', 503, { verdict: 'failed', load: 1.5 }],
  ['TEXT cpu_utilization=lots', 200, { verdict: 'passed' }],
])('the load report %s with status %i', async (report, status, result) => {
  const head = `HTTP/1.1 ${status} So\r\nendpoint-load-metrics: ${report}\r\ncontent-length: 0\r\n\r\n`
  const server = await startRawServer(always(head))
  expect(await check(server.port)).toEqual(result)
})

describe('TLS', () => {
  test.each<[string, string, TlsOptions, CheckResult['verdict']]>([
    ['a certificate that is trusted passes', '127.0.0.1', { ca: authority.cert }, 'passed'],
    ['a certificate of an unknown authority fails', '127.0.0.1', {}, 'failed'],
    ['a certificate for another name fails', 'localhost', { ca: authority.cert }, 'failed'],
  ])('%s', async (_name, host, tls, verdict) => {
    const { url } = await startTlsServer(authority.issue())
    expect(await check(url(host), {}, { tls })).toEqual({ verdict })
  })
})

test('a check that is given up finds nothing and leaves nothing', async () => {
  const server = await startRawServer()
  const openHandles = watchHandles()
  const given = new AbortController()
  const giving = check(server.port, {}, { signal: given.signal })
  await expect.poll(() => server.requests()).toBe(1)
  expect(openHandles()).toEqual(['TCPWRAP', 'Timeout'])
  given.abort()
  expect(await giving).toEqual({ verdict: 'nothing' })
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  await expect.poll(openHandles).toEqual([])
})
