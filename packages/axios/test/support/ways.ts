import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import axios from 'axios'
import type { AxiosInstance, CreateAxiosDefaults } from 'axios'
import { paylb } from '../../src/index.ts'
import type { PaylbOptions } from '../../src/index.ts'
import { startServer } from './servers.ts'
import type { TestServer } from './servers.ts'

/* An instance of plain axios, and balanced ones, for the same server. */

/** Makes an instance that calls a server. */
export type Way = (server: TestServer, defaults: CreateAxiosDefaults) => AxiosInstance

export const plain: Way = (server, defaults) =>
  axios.create({ ...defaults, baseURL: server.url + (defaults.baseURL ?? '') })
export const balanced =
  (options: Partial<PaylbOptions>): Way =>
  (server, defaults) =>
    paylb(axios.create(defaults), { ...options, servers: [server.url] })

/** Both transports of paylb. */
export const ways: readonly (readonly [string, Way])[] = [
  ['its own transport', balanced({})],
  ['the transport undici', balanced({ transport: 'undici' })],
]

/** A server with an answer of every kind. */
export async function startTarget(): Promise<TestServer> {
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
      '/gzip-empty': () => response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 0 }).end(),
      '/gzip-empty-chunked': () => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).flushHeaders()
        response.end()
      },
      '/gzip-204': () => response.writeHead(204, { 'content-encoding': 'gzip' }).end(),
      '/gzip-cut': () =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"z":1}'.repeat(100)).subarray(0, -10)),
      '/gzip-bad': () => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
      '/gzip-long': () => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000))),
      '/deflate-raw': () =>
        response.writeHead(200, { ...json, 'content-encoding': 'deflate' }).end(deflateRawSync('{"z":1}')),
      '/zstd': () => response.writeHead(200, { ...json, 'content-encoding': 'zstd' }).end(zstdCompressSync('{"z":1}')),
      '/other-encoding': () => response.writeHead(200, { 'content-encoding': 'x-own' }).end('own'),
      '/identity': () => response.writeHead(200, { 'content-encoding': 'identity' }).end('own'),
      '/cut': () => response.writeHead(200, { 'content-length': 10 }).write('abc', () => request.socket.destroy()),
      '/reset': () => request.socket.destroy(),
      '/same': () => response.writeHead(304).end(),
      '/early': () => {
        response.writeEarlyHints({ link: '</a>; rel=preload' })
        response.end('{}')
      },
      '/broken': () => response.writeHead(500, json).end('{"why":"broken"}'),
      '/long': () => response.end('long '.repeat(40_000)),
      '/missing': () => response.writeHead(404, json).end('{"why":"missing"}'),
      '/moved': () => response.writeHead(302, { location: '/json' }).end(),
    }
    const path = (request.url ?? '').replace(/[?].*$/u, '')
    const other = (): void => void response.writeHead(200, json).end('{"ok":true}')
    ;(answers[path] ?? other)()
  })
}
