import http, { Agent } from 'node:http'
import type { RequestOptions } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import axios from 'axios'
import type { AxiosAdapter } from 'axios'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { newAuthority } from '../../undici/test/support/authority.ts'
import { startTlsServer } from '../../undici/test/support/tls-server.ts'
import { paylb } from '../src/index.ts'
import type { Transport } from '../src/evidence.ts'
import { StraightTransport } from '../src/proxies.ts'
import { startServer, startTcpServer } from './support/servers.ts'
import type { TestServer } from './support/servers.ts'

afterEach(() => vi.unstubAllEnvs())

const start = (): Promise<[TestServer, TestServer]> => Promise.all([startServer(), startServer()])
const bodies = ({ seen }: TestServer): string[] => seen.map(({ body }) => body)
const payment = (key: string): object => ({ headers: { 'Idempotency-Key': key } })

describe('a proxy that only the environment names is not used', () => {
  test.each(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'])('when %s names it from the start', async (name) => {
    const [server, proxy] = await start()
    vi.stubEnv(name, proxy.url)
    await paylb(axios.create(), { servers: [server.url] }).post('/', 'one', payment('a'))
    expect([bodies(server), bodies(proxy)]).toEqual([['one'], []])
  })

  test.each(['http_proxy', 'ALL_PROXY'])('when %s names it after calls were made', async (name) => {
    const [server, proxy] = await start()
    const client = paylb(axios.create(), { servers: [server.url] })
    await client.post('/', 'one', payment('a'))
    vi.stubEnv(name, proxy.url)
    await client.post('/', 'two', payment('b'))
    await client.post('/', 'three', payment('c'))
    expect([bodies(server), bodies(proxy)]).toEqual([['one', 'two', 'three'], []])
  })

  test('for a body that can be read only once', async () => {
    const [server, proxy] = await start()
    const client = paylb(axios.create(), { servers: [server.url] })
    await client.post('/', 'one', payment('a'))
    vi.stubEnv('http_proxy', proxy.url)
    await client.post('/', Readable.from(['tw', 'o']), payment('b'))
    expect([bodies(server), bodies(proxy)]).toEqual([['one', 'two'], []])
  })

  test('as a tunnel', async () => {
    const authority = newAuthority()
    const server = await startTlsServer(authority.issue())
    const onConnection = vi.fn<(socket: Socket) => void>((socket) => socket.destroy())
    const proxy = await startTcpServer(onConnection)
    const httpsAgent = new https.Agent({ ca: authority.cert })
    const client = paylb(axios.create({ httpsAgent }), { servers: [server.url()] })
    await client.post('/', 'one', payment('a'))
    vi.stubEnv('https_proxy', `http://${proxy.host}`)
    await client.post('/', 'two', payment('b'))
    expect([server.clients.length, onConnection.mock.calls.length]).toEqual([2, 0])
  })

  test('by an adapter of the user, which is told so', async () => {
    const adapter = vi.fn<AxiosAdapter>((config) =>
      Promise.resolve({ data: '', status: 200, statusText: '', headers: {}, config }),
    )
    await paylb(axios.create({ adapter }), { servers: ['http://127.0.0.1:1'] }).post('/', 'one', payment('a'))
    expect(adapter).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ proxy: false }))
  })

  test('when an agent was made to follow it', async () => {
    const [server, proxy] = await start()
    const httpAgent = new Agent({ proxyEnv: { http_proxy: proxy.url } })
    await paylb(axios.create({ httpAgent }), { servers: [server.url] }).post('/', 'one', payment('a'))
    expect([bodies(server), bodies(proxy)]).toEqual([['one'], []])
  })
})

describe('a request is made', () => {
  const agent = new Agent()
  const toServer = { protocol: 'http:', hostname: '127.0.0.1', port: '8080', agent }
  const proxied = new Agent({ proxyEnv: { http_proxy: 'http://127.0.0.1:1' } })
  test.each<[string, RequestOptions, string]>([
    ['to the server', toServer, 'http://127.0.0.1:8080'],
    ['to the port of its scheme', { ...toServer, port: '' }, 'http://127.0.0.1'],
    ['to an IPv6 address', { ...toServer, hostname: '::1' }, 'http://[::1]:8080'],
    ['under TLS', { ...toServer, protocol: 'https:' }, 'https://127.0.0.1:8080'],
  ])('that goes %s', (_name, options, origin) => {
    expect(isMade(options, origin, agent)).toBe(true)
  })

  test('with the agent that is used when none is given', () => {
    expect(isMade({ ...toServer, agent: undefined }, 'http://127.0.0.1:8080', undefined)).toBe(true)
  })

  test.each<[string, RequestOptions, unknown]>([
    ['another host', { ...toServer, hostname: 'proxy.example' }, agent],
    ['another port', { ...toServer, port: '3128' }, agent],
    ['another scheme', { ...toServer, protocol: 'https:' }, agent],
    ['no host', { ...toServer, hostname: null }, agent],
    ['another agent', { ...toServer, agent: new Agent() }, agent],
    ['an agent where none was given', toServer, undefined],
    ['an agent that has proxies', { ...toServer, agent: proxied }, proxied],
  ])('but not with %s', (_name, options, given) => {
    expect(isMade(options, 'http://127.0.0.1:8080', given)).toBe(false)
  })

  test.each([http, https])('but not with a global agent that has proxies', (module) => {
    const agentOfAll = vi.spyOn(module, 'globalAgent', 'get').mockReturnValue(proxied)
    const protocol = module === http ? 'http:' : 'https:'
    expect(isMade({ protocol, hostname: 'a.example' }, `${protocol}//a.example`, undefined)).toBe(false)
    expect(agentOfAll).toHaveBeenCalled()
  })
})

/* Whether a request is made with these options for a server on `origin` and the agent that axios was given. */
function isMade(options: RequestOptions, origin: string, given: unknown): boolean {
  const request = vi.fn<Transport['request']>()
  const transport = new StraightTransport({ request }, origin, given)
  try {
    transport.request(options, () => {})
  } catch {
    // refused, which is looked at below
  }
  expect(transport.hasRefused).toBe(request.mock.calls.length === 0)
  return !transport.hasRefused
}
