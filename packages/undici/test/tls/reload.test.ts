import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'

import { createBalancer } from '@paylb/core'
import { expect, onTestFinished, test } from 'vitest'

import { createCertificates, createHealthChecker } from '../../src/index.ts'
import { answered, post, serverAt, transportFor, within } from '../support/attempts.ts'
import { newAuthority } from '../support/authority.ts'
import { startTlsServer, type TlsServer } from '../support/tls-server.ts'

const authority = newAuthority()
const ca = authority.cert
const shop = (name: string): object => ({ ca, ...authority.issue({ name }) })

function startClosed(): Promise<TlsServer> {
  return startTlsServer({ ...authority.issue(), requestCert: true, rejectUnauthorized: true, ca })
}

test('new connections show the new certificate; what is in flight ends on the old one', async () => {
  const { server, url, clients, connections, resumed } = await startClosed()
  const { promise: answerNow, resolve: letAnswer } = Promise.withResolvers<void>()
  const [answer] = server.listeners('request') as [(...args: unknown[]) => void]
  server.removeAllListeners('request')
  server.on('request', (...args) => void answerNow.then(() => answer(...args)))
  const certificates = createCertificates(shop('before'))
  const transport = transportFor({ tls: certificates })
  const first = transport.attempt(serverAt(url()), post(), within())
  await expect.poll(() => connections.length).toBe(1)

  certificates.reload(shop('after'))
  const second = transport.attempt(serverAt(url()), post(), within())
  await expect.poll(() => connections.length).toBe(2)
  letAnswer()
  for (const report of await Promise.all([first, second])) answered(report)
  expect(new Set(clients)).toEqual(new Set(['after', 'before']))
  expect(resumed).toEqual([false, false])
  await expect.poll(() => connections.map((socket) => socket.destroyed)).toEqual([true, false])
})

test('without a change, connections stay', async () => {
  const { url, connections } = await startClosed()
  const options = shop('same')
  const certificates = createCertificates(options)
  const transport = transportFor({ tls: certificates })
  for (const next of [options, { ...options }, undefined]) {
    answered(await transport.attempt(serverAt(url()), post(), within()))
    certificates.reload(next)
    await setImmediate()
  }
  expect(connections.length).toBe(1)
})

test('only the connections of the server whose certificate changed are replaced', async () => {
  const { url, clients, connections } = await startClosed()
  const one = authority.issue({ name: 'one' })
  const certificates = createCertificates({ ca, servers: { one, two: authority.issue({ name: 'two' }) } })
  const transport = transportFor({ tls: certificates })
  const payAll = async (): Promise<void> => {
    for (const id of ['one', 'two']) {
      answered(await transport.attempt({ ...serverAt(url()), id }, post(), within()))
      await setImmediate()
    }
  }
  await payAll()
  certificates.reload({ ca, servers: { one, two: authority.issue({ name: 'new' }) } })
  await payAll()
  expect(clients).toEqual(['one', 'two', 'one', 'new'])
  expect(connections.length).toBe(3)
})

test('files are read again', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = (name: string): string => path.join(folder, name)
  const write = (name: string): void => {
    const { cert, key } = authority.issue({ name })
    writeFileSync(file('client.pem'), cert)
    writeFileSync(file('client.key'), key)
  }
  write('before')
  const { url, clients } = await startClosed()
  const certificates = createCertificates({ ca, certFile: file('client.pem'), keyFile: file('client.key') })
  const transport = transportFor({ tls: certificates })
  answered(await transport.attempt(serverAt(url()), post(), within()))
  write('after')
  certificates.reload()
  answered(await transport.attempt(serverAt(url()), post(), within()))
  expect(clients).toEqual(['before', 'after'])
})

test('what cannot be used is refused, and the old certificate stays', async () => {
  const { url, clients, connections } = await startClosed()
  const certificates = createCertificates(shop('good'))
  const transport = transportFor({ tls: certificates })
  answered(await transport.attempt(serverAt(url()), post(), within()))
  expect(() => certificates.reload({ ca, cert: 'nothing', key: 'nothing' })).toThrow(/tls\.cert: holds no certificate/u)
  await setImmediate()
  answered(await transport.attempt(serverAt(url()), post(), within()))
  expect(clients).toEqual(['good', 'good'])
  expect(connections.length).toBe(1)
})

test('a transport that was closed does not follow any more', async () => {
  const { url } = await startClosed()
  const certificates = createCertificates(shop('good'))
  const transport = transportFor({ tls: certificates })
  answered(await transport.attempt(serverAt(url()), post(), within()))
  await transport.close()
  certificates.reload(shop('other'))
  expect((await transport.attempt(serverAt(url()), post(), within())).evidence).toBe('not-sent')
})

test('health checks show the certificate of their server, the new one after a reload', async () => {
  const { url, clients } = await startClosed()
  const balancer = createBalancer({ servers: [{ id: 'one', url: url() }] })
  const certificates = createCertificates({ ca, servers: { one: authority.issue({ name: 'before' }) } })
  const healthCheck = { path: '/health', intervalMs: 1, jitter: 0 }
  const checker = createHealthChecker(balancer, { healthCheck, tls: certificates })
  onTestFinished(async () => {
    await checker.close()
    await balancer.close()
  })
  await expect.poll(() => clients).toContain('before')
  certificates.reload({ ca, servers: { one: authority.issue({ name: 'after' }) } })
  await expect.poll(() => clients).toContain('after')
})
