import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type { AxiosRequestConfig } from 'axios'
import { describe, expect, test } from 'vitest'
import { outcomeOf, streamed } from './support/scenes.ts'
import type { Scene } from './support/scenes.ts'
import { plain, ways } from './support/ways.ts'

/* Where paylb has no say, a call is what it is with plain axios: on the wire, and in what comes back. */

const form = (): FormData => {
  const data = new FormData()
  data.set('note', 'größe')
  return data
}

interface OldForm extends Readable {
  append(name: string, value: string): void
}

/* axios brings it along. */
const oldForm = (): OldForm => {
  const ofAxios = createRequire(createRequire(import.meta.url).resolve('axios'))
  const data = new (ofAxios('form-data') as new () => OldForm)()
  data.append('note', 'größe')
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
  { name: 'a form that is a stream, of the package form-data', call: (client) => client.post('/form', oldForm()) },
  { name: 'no body', call: (client) => client.post('/json') },
  { name: 'a stream', call: (client) => client.post('/json', Readable.from([Buffer.from('a'), Buffer.from('b')])) },
  { name: 'auth', call: (client) => client.get('/json', { auth: { username: 'jö', password: 'p:w' } }) },
  {
    name: 'headers',
    call: (client) => client.get('/json', { headers: { 'X-One': '1', 'X-None': null, Accept: 'x/y' } }),
  },
  { name: 'default headers', call: (client) => client.post('/json', {}), defaults: { headers: { 'X-Api': 'k' } } },
  { name: 'text that is asked for', call: (client) => client.get('/json', { responseType: 'text' }) },
  { name: 'JSON that is asked for', call: (client) => client.get('/json', { responseType: 'json' }) },
  { name: 'a Blob as the body', call: (client) => client.post('/json', new Blob(['a', 'b'], { type: 'text/x' })) },
  {
    name: 'JSON that is none',
    call: (client) => client.get('/bom', { responseType: 'json', transitional: { silentJSONParsing: false } }),
  },
  { name: 'a field beyond ASCII', call: (client) => client.get('/json', { headers: { 'X-Name': ' größe ' } }) },
  {
    name: 'fields that axios would add',
    call: (client) => client.get('/json', { headers: { 'User-Agent': false, 'accept-encoding': 'identity' } }),
  },
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

describe.each(ways)('with %s', (_, way) => {
  test.each(scenes)('$name is as with plain axios', async (scene) => {
    expect(await outcomeOf(scene, way)).toEqual(await outcomeOf(scene, plain))
  })
})
