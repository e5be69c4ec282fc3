import { AxiosHeaders } from 'axios'
import type { AxiosRequestConfig } from 'axios'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './support/scenes.ts'
import type { Scene } from './support/scenes.ts'
import { plain, ways } from './support/ways.ts'

/* Every setting of axios that a balanced call takes means what it means to plain axios. */

type Settings = readonly [what: string, config: AxiosRequestConfig]

const stream = (text: string): ReadableStream => new Blob([text]).stream()

const bodies: readonly Settings[] = [
  ['a web stream', { data: stream('ab') }],
  ['a number', { data: 5 }],
  ['zero', { data: 0 }],
  ['null', { data: null }],
  ['false', { data: false }],
  ['a date', { data: new Date(0) }],
  [
    'an object for a form',
    { data: { a: [1, { b: 2 }] }, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ],
  [
    'an object for a form of a kind',
    {
      data: { a: [1, { b: 2 }] },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      formSerializer: { indexes: null, dots: true },
    },
  ],
  ['as long as is allowed', { data: 'abc', maxBodyLength: 3 }],
  ['longer than nothing', { data: 'abc', maxBodyLength: 0 }],
  ['JSON that is too long', { data: { a: 'x'.repeat(200) }, maxBodyLength: 100 }],
]

const fields: readonly Settings[] = [
  ['an empty one', { headers: { 'X-Empty': '' } }],
  ['a list', { headers: { 'X-List': ['a', 'b'] as never } }],
  ['numbers and truth', { headers: { 'X-Number': 5, 'X-True': true } }],
  ['those of axios', { headers: new AxiosHeaders({ 'x-a': '1' }) }],
  ['one that would be two', { headers: { 'X-A': 'a\r\nX-B: c' } }],
  ['a host', { headers: { Host: 'example.test' } }],
  ['a length', { data: 'abc', headers: { 'Content-Length': '3' } }],
  ['auth beside a header', { headers: { authorization: 'x' }, auth: { username: 'a', password: '' } }],
  ['those of browsers', { withCredentials: true, xsrfCookieName: 'a', xsrfHeaderName: 'b' }],
]

const targets: readonly Settings[] = [
  ['a base', { baseURL: '/v1', url: '/json' }],
  ['a base alone', { baseURL: '/v1', url: '' }],
  ['a base with a slash, alone', { baseURL: '/v1/', url: '' }],
  ['a base and a query', { baseURL: '/v1', url: '?a=1' }],
  ['a base and a fragment', { baseURL: '/v1/', url: '#a' }],
  ['a base, and no absolute URLs', { baseURL: '/v1', url: 'json', allowAbsoluteUrls: false }],
  ['a query alone', { url: '?a=1' }],
  ['beyond ASCII', { url: '/größe/a b?q=ü ü' }],
  ['encoded', { url: '/a%2Cb/%zz' }],
  ['with odd signs', { url: '/a|b^c{d}"<e>`[f]?b|^{}"<>`[]\'' }],
  ['params by a function', { params: { a: 1 }, paramsSerializer: { serialize: () => 'x=9' } }],
  ['params before a fragment', { url: '/json?x=1#f', params: new URLSearchParams({ a: 'ö &' }) }],
  ['params in params', { params: { a: { b: [1, { c: new Date(0) }] }, u: undefined, e: '' } }],
  ['a method of its own', { method: 'LINK', data: 'x' }],
  ['a method in small letters', { method: 'purge', data: 'x' }],
]

const answers: readonly Settings[] = [
  ['a Blob', { url: '/bytes', responseType: 'blob' }],
  ['a document', { responseType: 'document' }],
  ['hexadecimal', { url: '/bytes', responseEncoding: 'hex', responseType: 'text' }],
  ['UTF-16', { url: '/bytes', responseEncoding: 'utf16le', responseType: 'text' }],
  ['JSON that stays text', { transitional: { forcedJSONParsing: false } }],
  ['gzip without a byte', { url: '/gzip-empty' }],
  ['gzip without a byte, of no length', { url: '/gzip-empty-chunked' }],
  ['gzip of no content', { url: '/gzip-204' }],
  ['gzip to a HEAD', { method: 'HEAD', url: '/gzip' }],
  ['gzip to a HEAD that stays', { method: 'HEAD', url: '/gzip', decompress: false }],
  ['gzip of many chunks', { url: '/gzip-long' }],
  ['deflate without its format', { url: '/deflate-raw' }],
  ['zstd', { url: '/zstd' }],
  ['an unknown encoding', { url: '/other-encoding' }],
  ['decompressed beyond its limit', { url: '/gzip-long', maxContentLength: 5_000 }],
  ['something where nothing is allowed', { maxContentLength: 0 }],
  ['as long as is allowed', { maxContentLength: 11 }],
  ['one that was not modified', { url: '/same' }],
  ['hints before it', { url: '/early' }],
  ['any status', { url: '/missing', validateStatus: null }],
  ['a redirect for a payment', { method: 'POST', url: '/moved', maxRedirects: 0 }],
]

const times: readonly Settings[] = [
  ['as text', { timeout: '2500' as never }],
  ['none', { timeout: 0 }],
  ['not a number', { timeout: Number.NaN }],
]

const groups = {
  'the body': bodies,
  'the fields': fields,
  'the target': targets,
  'the answer': answers,
  'the time': times,
}

describe.each(ways)('with %s', (_, way) => {
  describe.each(Object.entries(groups))('%s:', (group, scenes) => {
    test.each(scenes)('%s', async (name, config) => {
      const method = group === 'the body' ? 'POST' : 'GET'
      const { baseURL = '', ...own } = config
      const call: Scene['call'] = (client) => client.request({ method, url: '/json', ...own })
      const scene = { name, call, defaults: { baseURL } }
      expect(await outcomeOf(scene, way)).toEqual(await outcomeOf(scene, plain))
    })
  })
})
