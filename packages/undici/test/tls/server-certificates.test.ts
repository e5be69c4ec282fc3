import { setImmediate } from 'node:timers/promises'

import type { AttemptReport } from '@paylb/core'
import { expect, test } from 'vitest'

import type { TlsOptions, TransportAnswer } from '../../src/index.ts'
import { answered, get, post, serverAt, transportFor, within, withoutError } from '../support/attempts.ts'
import { newAuthority, selfSigned } from '../support/authority.ts'
import { always, startRawServer } from '../support/raw-server.ts'
import { startTlsServer } from '../support/tls-server.ts'

const authority = newAuthority()
const trusted: TlsOptions = { ca: authority.cert }
const day = 86_400_000

function notSent(report: AttemptReport<TransportAnswer>, why: RegExp): void {
  expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
  expect(report).toHaveProperty('error.message', expect.stringMatching(why))
}

test('a server that a trusted authority vouches for gets the payment', async () => {
  const { url, hosts } = await startTlsServer(authority.issue())
  answered(await transportFor({ tls: trusted }).attempt(serverAt(url()), post(), within()))
  expect(hosts.length).toBe(1)
})

test.each([
  ['an unknown authority', newAuthority().issue(), {}, /nobody who is trusted vouches/u],
  ['another authority than the given one', newAuthority('Other').issue(), trusted, /nobody who is trusted vouches/u],
  ['a false authority of the same name', newAuthority().issue(), trusted, /was not signed by the authority/u],
  ['itself', selfSigned(), trusted, /authority that is not trusted; if it is yours, give it as tls\.ca/u],
  ['nobody any more', authority.issue({ validTo: new Date(Date.now() - day / 2) }), trusted, /has expired/u],
  ['nobody yet', authority.issue({ validFrom: new Date(Date.now() + day / 2) }), trusted, /not valid yet/u],
  ['another name', authority.issue({ hosts: ['pay.example'] }), trusted, /is for another name/u],
] as const)('a certificate signed by or for %s: nothing is sent, and why is said', async (_what, issued, tls, why) => {
  const { url, hosts } = await startTlsServer(issued)
  notSent(await transportFor({ tls }).attempt(serverAt(url()), post(), within()), why)
  expect(hosts).toEqual([])
})

test.each(['TLSv1', 'TLSv1.1'] as const)('a server that speaks %s gets nothing', async (version) => {
  const old = { minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const { url, hosts } = await startTlsServer({ ...authority.issue(), ...old })
  notSent(await transportFor({ tls: trusted }).attempt(serverAt(url()), post(), within()), /must speak 1\.2 or newer/u)
  expect(hosts).toEqual([])
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a server that speaks only %s gets the payment', async (version) => {
  const { url, hosts } = await startTlsServer({ ...authority.issue(), minVersion: version, maxVersion: version })
  answered(await transportFor({ tls: trusted }).attempt(serverAt(url()), post(), within()))
  expect(hosts.length).toBe(1)
})

test('a server that speaks only HTTP/2 gets nothing', async () => {
  const { url, hosts } = await startTlsServer({ ...authority.issue(), ALPNProtocols: ['h2'] })
  notSent(await transportFor({ tls: trusted }).attempt(serverAt(url()), post(), within()), /HTTP\/2 only/u)
  expect(hosts).toEqual([])
})

test('a server that does not speak TLS gets nothing', async () => {
  const server = await startRawServer(always('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  const attempt = transportFor().attempt(serverAt(`https://127.0.0.1:${server.port}`), post(), within())
  await expect.poll(() => server.sockets.length).toBe(1)
  server.sockets[0]?.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  notSent(await attempt, /does not speak TLS/u)
})

test('an environment that switches verification off is not listened to', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    const { url, hosts } = await startTlsServer(selfSigned())
    notSent(await transportFor().attempt(serverAt(url()), post(), within()), /not trusted/u)
    expect(hosts).toEqual([])
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
})

test('the server proves its own name, over one connection, whatever Host requests carry', async () => {
  const { url, hosts, connections } = await startTlsServer({ ...authority.issue(), ALPNProtocols: ['h2', 'http/1.1'] })
  const transport = transportFor({ tls: trusted })
  for (const host of ['shop.example', 'other.example']) {
    answered(await transport.attempt(serverAt(url()), get({ headers: ['host', host] }), within()))
    await setImmediate()
  }
  expect(hosts).toEqual(['shop.example', 'other.example'])
  expect(connections.length).toBe(1)
  // an address is no name to ask for
  expect(connections[0]).toMatchObject({ servername: false, alpnProtocol: 'http/1.1' })
})

test('a servername is asked for, and must be proven', async () => {
  const { url, connections } = await startTlsServer(authority.issue({ hosts: ['pay.example'] }))
  const tls = { ...trusted, servername: 'pay.example' }
  answered(await transportFor({ tls }).attempt(serverAt(url()), post(), within()))
  expect(connections[0]).toMatchObject({ servername: 'pay.example' })
  const other = transportFor({ tls: { ...tls, servername: 'other.example' } })
  notSent(await other.attempt(serverAt(url()), post(), within()), /another name/u)
})

test('each server has the authority and the name that are given for it', async () => {
  const other = newAuthority('Other')
  const servers = [
    { ...serverAt((await startTlsServer(authority.issue())).url()), id: 'one' },
    { ...serverAt((await startTlsServer(other.issue({ hosts: ['two.example'] }))).url()), id: 'two' },
  ]
  const tls = { ...trusted, servers: { two: { ca: other.cert, servername: 'two.example' } } }
  const transport = transportFor({ tls })
  for (const server of servers) {
    expect(answered(await transport.attempt(server, post(), within())).status).toBe(200)
  }
})

test('verification goes off only by its ugly name, which warns', async () => {
  const warnings: string[] = []
  const onWarning = ({ message }: Error): void => void warnings.push(message)
  process.on('warning', onWarning)
  const transport = transportFor({ tls: { servers: { tested: { dangerouslyAcceptAnyCertificate: true } } } })
  await setImmediate()
  process.off('warning', onWarning)
  expect(warnings).toEqual([expect.stringMatching(/^certificates of tested are not verified/u)])

  const { url } = await startTlsServer(selfSigned({ hosts: ['pay.example'] }))
  answered(await transport.attempt({ ...serverAt(url()), id: 'tested' }, post(), within()))
  notSent(await transport.attempt({ ...serverAt(url()), id: 'other' }, post(), within()), /not trusted/u)
})
