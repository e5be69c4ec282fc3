import { Agent } from 'node:http'
import axios from 'axios'
import type { AxiosRequestConfig, CreateAxiosDefaults } from 'axios'
import { InvalidOptionsError, PaylbError } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { createAdapter, paylb } from '../src/index.ts'
import type { PaylbOptions } from '../src/index.ts'
import { failing } from './support/failing.ts'
import { startServer } from './support/servers.ts'

describe('a call that would lead past the servers is refused and nothing is sent:', () => {
  const cases: { name: string; call: AxiosRequestConfig; about: string }[] = [
    { name: 'another host', call: { url: 'http://elsewhere.example/charges' }, about: 'must be a path' },
    { name: 'another host in capitals', call: { url: 'HTTPS://elsewhere.example' }, about: 'must be a path' },
    { name: 'another host after a space', call: { url: ' http://elsewhere.example' }, about: 'must be a path' },
    { name: 'another host without slashes', call: { url: 'http:elsewhere.example' }, about: 'must be a path' },
    { name: 'another host of the same scheme', call: { url: '//elsewhere.example/charges' }, about: 'must be a path' },
    { name: 'another host with backslashes', call: { url: '\\\\elsewhere.example' }, about: 'must be a path' },
    { name: 'data', call: { url: 'data:text/plain,ok' }, about: 'must be a path' },
    { name: 'dot segments', call: { url: '/charges/../admin' }, about: 'dot segments' },
    { name: 'a single dot', call: { url: './charges' }, about: 'dot segments' },
    { name: 'encoded dot segments', call: { url: '/charges/%2E%2e/admin' }, about: 'dot segments' },
    { name: 'dot segments at an encoded slash', call: { url: '/charges/..%2Fadmin' }, about: 'dot segments' },
    { name: 'a backslash', call: { url: '/charges\\..\\admin' }, about: 'backslashes' },
    { name: 'a line break', call: { url: '/charges\n/x' }, about: 'control characters' },
    { name: 'a tab before a host', call: { url: '/\t/elsewhere.example' }, about: 'control characters' },
    { name: 'a null byte', call: { url: '/charges\0' }, about: 'control characters' },
    { name: 'a base that is a host', call: { url: '/charges', baseURL: 'http://elsewhere.example' }, about: 'baseURL' },
    { name: 'a base with dot segments', call: { url: '/charges', baseURL: '/a/..' }, about: 'dot segments' },
    { name: 'a socket on disk', call: { url: '/charges', socketPath: '/run/elsewhere.sock' }, about: 'socketPath' },
    { name: 'HTTP/2', call: { url: '/charges', httpVersion: 2 }, about: 'httpVersion' },
  ]

  test.each(cases)('$name', async ({ call, about }) => {
    const server = await startServer()
    const error = await failing(paylb(axios.create(), { servers: [server.url] }).post(call.url ?? '', {}, call))
    expect(error).toMatchObject({ outcome: 'not-executed', code: 'ERR_BAD_REQUEST', attempts: [] })
    expect(error.message).toContain(about)
    expect(PaylbError.isInstance(error.cause)).toBe(true)
    expect(server.seen).toEqual([])
  })
})

describe('a key that servers may read differently is refused and nothing is sent:', () => {
  test.each([
    { name: 'empty', key: '' },
    { name: 'blank', key: '  ' },
    { name: 'too long', key: 'k'.repeat(256) },
    { name: 'not ASCII', key: 'ordér' },
    { name: 'two keys', key: ['a', 'b'] },
  ])('$name', async ({ key }) => {
    const server = await startServer()
    const payments = paylb(axios.create(), { servers: [server.url] })
    const error = await failing(
      payments.post('/charges', {}, { headers: { 'idempotency-key': key } as Record<string, string> }),
    )
    expect(error).toMatchObject({ outcome: 'not-executed', code: 'ERR_BAD_REQUEST' })
    expect(server.seen).toEqual([])
  })

  test.each(['order-17', '"order-17"', 'k'.repeat(255)])('but %s goes through unchanged', async (key) => {
    const server = await startServer()
    const payments = paylb(axios.create(), { servers: [server.url], keyHeader: 'X-Key' })
    await payments.post('/charges', {}, { headers: { 'x-key': key } })
    expect(server.seen[0]?.headers['x-key']).toBe(key)
  })

  test('a header that the caller has switched off is no key', async () => {
    const server = await startServer()
    await paylb(axios.create(), { servers: [server.url] }).post(
      '/charges',
      {},
      { headers: { 'Idempotency-Key': null } },
    )
    expect(server.seen).toHaveLength(1)
  })
})

describe('paylb refuses', () => {
  const servers = ['http://127.0.0.1:1']

  test.each([
    {
      name: 'a misspelt option',
      options: { servers, keyheader: 'x' },
      about: /^keyheader: unknown option; did you mean keyHeader\?/u,
    },
    {
      name: 'a wrong option of the balancer',
      options: { servers, strategy: 'fastest' },
      about: /^strategy: "fastest"/u,
    },
    { name: 'no servers', options: { servers: [] }, about: /^servers: / },
    { name: 'an unknown timeout', options: { servers, timeouts: { readMs: 1 } }, about: /^timeouts\.readMs: unknown/u },
    {
      name: 'a timeout of 0',
      options: { servers, timeouts: { headMs: 0 } },
      about: /^timeouts\.headMs: 0 is not allowed/u,
    },
    { name: 'a header that cannot be one', options: { servers, keyHeader: 'a b' }, about: /^keyHeader: "a b"/u },
    { name: 'no options', options: undefined, about: /^options: / },
  ])('$name', ({ options, about }) => {
    expect(() => paylb(axios.create(), options as unknown as PaylbOptions)).toThrow(InvalidOptionsError)
    expect(() => paylb(axios.create(), options as unknown as PaylbOptions)).toThrow(about)
  })

  test.each([
    { name: 'a base URL that is a host', defaults: { baseURL: 'http://a.example' }, about: /^baseURL: / },
    { name: 'a socket on disk', defaults: { socketPath: '/run/a.sock' }, about: /^socketPath: / },
    { name: 'HTTP/2', defaults: { httpVersion: 2 as const }, about: /^httpVersion: / },
    { name: 'the adapter for fetch', defaults: { adapter: 'fetch' }, about: /^adapter: / },
  ] satisfies { name: string; defaults: CreateAxiosDefaults; about: RegExp }[])(
    'an instance with $name',
    ({ defaults, about }) => {
      expect(() => paylb(axios.create(defaults), { servers })).toThrow(about)
    },
  )

  test('an instance that is balanced already', () => {
    const payments = paylb(axios.create(), { servers })
    expect(() => paylb(payments, { servers })).toThrow(/^instance: is balanced already/u)
  })

  test.each([undefined, null, {}, { servers }])('what is no axios instance: %o', (instance) => {
    expect(() => paylb(instance as never, { servers })).toThrow(/^instance: is not an axios instance/u)
  })

  test('axios itself, which the whole program shares', () => {
    expect(() => paylb(axios, { servers })).toThrow(/axios\.create\(\)/u)
  })

  test('and leaves the instance as it was', () => {
    const instance = axios.create()
    const { adapter } = instance.defaults
    expect(() => paylb(instance, { servers: [] })).toThrow(InvalidOptionsError)
    expect(instance.defaults.adapter).toBe(adapter)
    expect(instance).not.toHaveProperty('paylb')
  })

  test('a wrong option also where the adapter is made by hand', () => {
    const { paylb: balancer } = paylb(axios.create(), { servers })
    expect(() => createAdapter(balancer, { timeouts: { totalMs: -1 } })).toThrow(/^timeouts\.totalMs/u)
  })
})

test("an agent of the caller's own is used", async () => {
  const server = await startServer()
  const httpAgent = new Agent({ keepAlive: true })
  await paylb(axios.create({ httpAgent }), { servers: [server.url] }).get('/')
  await expect.poll(() => Object.keys(httpAgent.freeSockets)).toHaveLength(1)
  httpAgent.destroy()
})

describe('a call that would lead past paylb with an adapter of its own', () => {
  test.each<{ name: string; config: AxiosRequestConfig }>([
    { name: 'by name', config: { adapter: 'fetch' } },
    { name: 'by the name of the usual one', config: { adapter: 'http' } },
    { name: 'as a function', config: { adapter: () => Promise.reject(new Error('reached')) } },
  ])('is refused: $name', async ({ config }) => {
    const server = await startServer()
    const client = paylb(axios.create(), { servers: [server.url] })
    const error = await failing(client.post('/charges', {}, config))
    expect(error).toMatchObject({ code: 'ERR_BAD_OPTION', outcome: 'not-executed', attempts: [] })
    expect(server.seen).toHaveLength(0)
  })

  test('is refused where the defaults were changed afterwards', async () => {
    const server = await startServer()
    const client = paylb(axios.create(), { servers: [server.url] })
    client.defaults.adapter = 'http'
    expect(await failing(client.post(`${server.url}/charges`))).toMatchObject({ outcome: 'not-executed' })
    expect(server.seen).toHaveLength(0)
  })
})
