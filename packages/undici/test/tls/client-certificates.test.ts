import { setImmediate } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import type { TlsOptions } from '../../src/index.ts'
import { answered, post, serverAt, transportFor, within, withoutError } from '../support/attempts.ts'
import { newAuthority, type Issued } from '../support/authority.ts'
import { startTlsServer, type TlsServer } from '../support/tls-server.ts'

const authority = newAuthority()
const trusted: TlsOptions = { ca: authority.cert }
const versions = ['TLSv1.2', 'TLSv1.3'] as const
type Version = (typeof versions)[number]

/** A server that only lets in whom the authority knows. */
function startClosed(version: Version = 'TLSv1.3'): Promise<TlsServer> {
  const asksWho = { requestCert: true, rejectUnauthorized: true, ca: authority.cert }
  return startTlsServer({ ...authority.issue(), ...asksWho, minVersion: version, maxVersion: version })
}

describe.each(versions)('over %s', (version) => {
  test('a client whose certificate is known is let in', async () => {
    const { url, clients } = await startClosed(version)
    const tls = { ...trusted, ...authority.issue({ name: 'shop' }) }
    answered(await transportFor({ tls }).attempt(serverAt(url()), post(), within()))
    expect(clients).toEqual(['shop'])
  })

  test.each<[string, Partial<Issued>]>([
    ['without a certificate', {}],
    ['with a certificate of another authority', newAuthority('Other').issue()],
  ])('a client %s is refused: nothing is sent, and why is said', async (_what, identity) => {
    const { url, clients } = await startClosed(version)
    const report = await transportFor({ tls: { ...trusted, ...identity } }).attempt(serverAt(url()), post(), within())
    expect(withoutError(report)).toEqual({ evidence: 'not-sent', trouble: 'connection' })
    expect(report).toHaveProperty('error.message', expect.stringMatching(/client certificate/u))
    expect(clients).toEqual([])
  })

  test('a certificate that is refused later, after others were let in: nothing is sent', async () => {
    const { server, url, clients } = await startClosed(version)
    const issued = authority.issue({ name: 'shop' })
    const transport = transportFor({ tls: { ...trusted, ...issued } })
    const held = answered(await transport.attempt(serverAt(url()), post(), within()))
    expect(held.status).toBe(200)
    server.setSecureContext({ ...authority.issue(), ca: newAuthority('Other').cert })
    server.closeAllConnections()
    await expect.poll(() => server.listening).toBe(true)
    await setImmediate()
    const report = await transport.attempt(serverAt(url()), post(), within())
    expect(report.evidence).toBe('not-sent')
    expect(clients).toEqual(['shop'])
  })
})

test('each server is shown the certificate that is meant for it, on connections of its own', async () => {
  const { url, clients, connections } = await startClosed()
  const tls = {
    ...trusted,
    ...authority.issue({ name: 'everybody' }),
    servers: { one: authority.issue({ name: 'first' }), two: authority.issue({ name: 'second' }) },
  }
  const transport = transportFor({ tls })
  for (const id of ['one', 'two', 'three', 'one', 'two', 'four']) {
    answered(await transport.attempt({ ...serverAt(url()), id }, post(), within()))
    await setImmediate()
  }
  expect(clients).toEqual(['first', 'second', 'everybody', 'first', 'second', 'everybody'])
  expect(connections.length).toBe(3)
})

test.each(versions)('over %s, sessions are resumed, but never by another identity', async (version) => {
  const { server, url, clients, connections, resumed } = await startClosed(version)
  const servers = { one: authority.issue({ name: 'first' }), two: authority.issue({ name: 'second' }) }
  const transport = transportFor({ tls: { ...trusted, servers } })
  for (const id of ['one', 'one', 'two', 'one']) {
    answered(await transport.attempt({ ...serverAt(url()), id }, post(), within()))
    await setImmediate()
    server.closeIdleConnections()
    await setImmediate()
    await expect.poll(() => connections.every((socket) => socket.destroyed)).toBe(true)
  }
  expect(clients).toEqual(['first', 'first', 'second', 'first'])
  expect(resumed).toEqual([false, true, false, true])
})
