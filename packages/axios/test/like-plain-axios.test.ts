import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import axios from 'axios'
import type { AxiosInstance, AxiosRequestConfig, CreateAxiosDefaults } from 'axios'
import { describe, expect, test } from 'vitest'
import { paylb } from '../src/index.ts'
import type { PaylbOptions } from '../src/index.ts'
import { startServer } from './support/servers.ts'
import type { TestServer } from './support/servers.ts'

/* Where paylb has no say, a call is what it is with plain axios: on the wire, and in what comes back. */

type Way = (server: TestServer, defaults: CreateAxiosDefaults) => AxiosInstance

const plain: Way = (server, defaults) => axios.create({ ...defaults, baseURL: server.url + (defaults.baseURL ?? '') })
const balanced =
  (options: Partial<PaylbOptions>): Way =>
  (server, defaults) =>
    paylb(axios.create(defaults), { ...options, servers: [server.url] })

const ways: readonly (readonly [string, Way])[] = [
  ['its own transport', balanced({})],
  ['the transport undici', balanced({ transport: 'undici' })],
]

interface Scene {
  readonly name: string
  readonly call: (client: AxiosInstance) => Promise<unknown>
  readonly defaults?: CreateAxiosDefaults
}

const form = (): FormData => {
  const data = new FormData()
  data.set('note', 'größe')
  return data
}

const scenes: readonly Scene[] = [
  { name: 'a GET', call: (client) => client.get('/json') },
  {
    name: 'a GET with params',
    call: (client) => client.get('/json?a=1', { params: { b: [1, 2], c: 'x y', d: null } }),
  },
  {
    name: 'params of its own serializer',
    call: (client) => client.get('/json', { params: { b: [1, 2] }, paramsSerializer: { indexes: null } }),
  },
  { name: 'a fragment', call: (client) => client.get('/json#part') },
  { name: 'a base path', call: (client) => client.get('json'), defaults: { baseURL: '/v1/' } },
  { name: 'a HEAD', call: (client) => client.head('/json') },
  { name: 'a DELETE with a body', call: (client) => client.delete('/json', { data: { a: 1 } }) },
  { name: 'JSON', call: (client) => client.post('/json', { amount: 1_000, note: 'größe' }) },
  { name: 'text', call: (client) => client.put('/json', 'amount=1', { headers: { 'Content-Type': 'text/plain' } }) },
  { name: 'bytes', call: (client) => client.post('/json', Buffer.from([0, 255, 10])) },
  { name: 'an ArrayBuffer', call: (client) => client.post('/json', new Uint8Array([1, 2, 3]).buffer) },
  { name: 'URLSearchParams', call: (client) => client.post('/json', new URLSearchParams({ a: 'ä&b' })) },
  { name: 'a form by name', call: (client) => client.postForm('/form', { a: 'x', b: ['1', '2'] }) },
  { name: 'a form', call: (client) => client.post('/form', form()) },
  { name: 'no body', call: (client) => client.post('/json') },
  { name: 'a stream', call: (client) => client.post('/json', Readable.from([Buffer.from('a'), Buffer.from('b')])) },
  { name: 'auth', call: (client) => client.get('/json', { auth: { username: 'jö', password: 'p:w' } }) },
  {
    name: 'headers',
    call: (client) => client.get('/json', { headers: { 'X-One': '1', 'X-None': null, Accept: 'x/y' } }),
  },
  { name: 'default headers', call: (client) => client.post('/json', {}), defaults: { headers: { 'X-Api': 'k' } } },
  { name: 'text that is asked for', call: (client) => client.get('/json', { responseType: 'text' }) },
  { name: 'bytes that are asked for', call: (client) => client.get('/bytes', { responseType: 'arraybuffer' }) },
  { name: 'a byte order mark', call: (client) => client.get('/bom', { responseType: 'text' }) },
  { name: 'another encoding', call: (client) => client.get('/latin1', { responseEncoding: 'latin1' }) },
  { name: 'an empty answer', call: (client) => client.get('/empty') },
  { name: 'no content', call: (client) => client.delete('/no-content') },
  { name: 'fields that come twice', call: (client) => client.get('/fields') },
  { name: 'gzip', call: (client) => client.get('/gzip') },
  { name: 'deflate', call: (client) => client.get('/deflate') },
  { name: 'brotli', call: (client) => client.get('/br') },
  {
    name: 'gzip that stays',
    call: (client) => client.get('/gzip', { decompress: false, responseType: 'arraybuffer' }),
  },
  { name: 'a long answer', call: (client) => client.get('/long') },
  { name: 'a long answer to a POST', call: (client) => client.post('/long', {}) },
  { name: 'an answer as a stream', call: (client) => streamed(client, '/gzip') },
  { name: 'a long answer as a stream', call: (client) => streamed(client, '/long') },
  { name: 'a status that is not accepted', call: (client) => client.get('/missing') },
  {
    name: 'a status that is',
    call: (client) => client.get('/missing', { validateStatus: (status) => status === 404 }),
  },
  { name: 'a redirect that is not followed', call: (client) => client.get('/moved', { maxRedirects: 0 }) },
  { name: 'too long an answer', call: (client) => client.get('/long', { maxContentLength: 100 }) },
  { name: 'too long a body', call: (client) => client.post('/json', 'x'.repeat(101), { maxBodyLength: 100 }) },
  { name: 'transforms', call: (client) => client.post('/json', { a: 1 }, transforming()) },
  { name: 'a call that was cancelled before', call: (client) => client.get('/json', { signal: AbortSignal.abort() }) },
]

function transforming(): AxiosRequestConfig {
  return {
    transformRequest: [(data: object) => JSON.stringify({ ...data, added: true })],
    transformResponse: [(data: string) => ({ was: data })],
  }
}

async function streamed(client: AxiosInstance, url: string): Promise<unknown> {
  const response = await client.get<Readable>(url, { responseType: 'stream' })
  return { ...response, data: await text(response.data) }
}

async function startTarget(): Promise<TestServer> {
  return startServer((request, response) => {
    const json = { 'content-type': 'application/json' }
    const answers: Record<string, () => void> = {
      '/bytes': () => response.end(Buffer.from([0, 255, 10, 128])),
      '/bom': () => response.end('\ufeffhello'),
      '/latin1': () => response.end(Buffer.from('größe', 'latin1')),
      '/empty': () => response.end(),
      '/no-content': () => response.writeHead(204).end(),
      '/fields': () =>
        response
          .writeHead(
            200,
            [
              ['Set-Cookie', 'a=1'],
              ['Set-Cookie', 'b=2'],
              ['X-Twice', '1'],
              ['X-Twice', '2'],
            ].flat(),
          )
          .end(),
      '/gzip': () => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{"z":1}')),
      '/deflate': () => response.writeHead(200, { ...json, 'content-encoding': 'deflate' }).end(deflateSync('{"z":1}')),
      '/br': () => response.writeHead(200, { ...json, 'content-encoding': 'br' }).end(brotliCompressSync('{"z":1}')),
      '/long': () => response.end('long '.repeat(40_000)),
      '/missing': () => response.writeHead(404, json).end('{"why":"missing"}'),
      '/moved': () => response.writeHead(302, { location: '/json' }).end(),
    }
    const path = (request.url ?? '').replace(/[?].*$/u, '')
    const other = (): void => void response.writeHead(200, json).end('{"ok":true}')
    ;(answers[path] ?? other)()
  })
}

/* What differs from call to call, or is paylb's own. */
const ofConnection: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive', 'host', 'transfer-encoding'])

function comparable(headers: object): object {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ofConnection.has(name.toLowerCase()))
      .map(([name, value]) => [name.toLowerCase(), withoutBoundary(value)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
}

function withoutBoundary(value: unknown): unknown {
  return typeof value === 'string'
    ? value
        .replaceAll(/(?:axios-[\d.]+-boundary-|-{4,}\w*)[\w-]+/gu, '(boundary)')
        .replaceAll('--(boundary)', '(boundary)')
    : value
}

async function outcomeOf(scene: Scene, way: Way): Promise<object> {
  const target = await startTarget()
  const client = way(target, scene.defaults ?? {})
  const came = await scene.call(client).then(describeAnswer, describeError)
  const asked = target.seen.map(({ method, url, headers, body }) => ({
    method,
    url,
    /* A form has another length with another boundary. */
    headers: comparable(scene.name.includes('form') ? { ...headers, 'content-length': undefined } : headers),
    body: withoutBoundary(body),
  }))
  return { asked, came }
}

function describeAnswer(response: unknown): object {
  const { status, statusText, headers, data } = response as {
    status: number
    statusText: string
    headers: object
    data: unknown
  }
  const shown = typeof data === 'string' && data.length > 1_000 ? createHash('sha256').update(data).digest('hex') : data
  return { status, statusText, headers: comparable({ ...headers }), data: shown }
}

function describeError(error: unknown): object {
  const { name, code, response } = error as { name: string; code?: string; response?: object }
  return { name, code, ...(response === undefined ? {} : { response: describeAnswer(response) }) }
}

describe.each(ways)('with %s', (_, way) => {
  test.each(scenes)('$name is as with plain axios', async (scene) => {
    expect(await outcomeOf(scene, way)).toEqual(await outcomeOf(scene, plain))
  })
})
