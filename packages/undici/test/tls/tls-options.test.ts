import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { InvalidOptionsError } from '@paylb/core'
import { afterAll, describe, expect, test } from 'vitest'

import { createCertificates, createHealthChecker, createTransport } from '../../src/index.ts'
import { newAuthority, selfSigned } from '../support/authority.ts'

const authority = newAuthority()
const { cert, key } = authority.issue()
const other = authority.issue()
const expired = authority.issue({ validTo: new Date(Date.now() - 1_000) })
const early = authority.issue({ validFrom: new Date(Date.now() + 60_000) })
const locked = authority.issue({ passphrase: 'open sesame' })

const folder = mkdtempSync(path.join(tmpdir(), 'paylb-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string): string => {
  writeFileSync(path.join(folder, name), content)
  return path.join(folder, name)
}
const certFile = file('client.pem', cert)
const keyFile = file('client.key', key)
const missing = path.join(folder, 'missing.pem')

function problemOf(options: object): string {
  try {
    createCertificates(options)
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.message
    throw error
  }
  throw new Error('the options were accepted')
}

test.each<[string, object]>([
  ['nothing', {}],
  ['text', { ca: authority.cert, cert, key }],
  ['bytes', { ca: [Buffer.from(authority.cert)], cert: Buffer.from(cert), key: Buffer.from(key) }],
  ['files', { caFile: [file('ca.pem', authority.cert)], certFile, keyFile }],
  ['a chain, the own certificate first', { cert: `${cert}\n${authority.cert}`, key }],
  ['a key that its passphrase opens', { ...locked, passphrase: 'open sesame' }],
  ['a server that is its own authority', { ca: selfSigned().cert }],
  ['an expired authority beside a current one', { ca: selfSigned({ validTo: new Date(0) }).cert + authority.cert }],
  ['options of one server', { servers: { 'pay-1': { cert, key, servername: 'pay.example' } } }],
])('%s is accepted', (_what, options) => {
  expect(() => createCertificates(options)).not.toThrow()
})

test.each<[string, object, RegExp]>([
  [
    'a file that is missing',
    { certFile: missing, keyFile },
    /^tls\.certFile: cannot read .*missing\.pem: ENOENT.*; check the path/u,
  ],
  ['a folder', { caFile: folder }, /^tls\.caFile: cannot read .*EISDIR/u],
  [
    'a key of another certificate',
    { certFile, key: other.key },
    /^tls\.key: does not belong to the certificate in tls\.certFile \(.*client\.pem\)/u,
  ],
  ['an expired certificate', expired, /^tls\.cert: expired on .*; get a new one$/u],
  ['a certificate that is not valid yet', early, /^tls\.cert: is valid only from .* on/u],
  ['a key in place of a certificate', { cert: key, key }, /^tls\.cert: holds no certificate in PEM form/u],
  ['a certificate in place of a key', { cert, key: cert }, /^tls\.key: holds no private key/u],
  ['a cut certificate', { cert: cert.replace(/\n[^-\n]{64}\n/u, '\n'), key }, /^tls\.cert: .*cut or damaged/u],
  ['a key without its passphrase', locked, /^tls\.key: does not open; check passphrase$/u],
  ['a wrong passphrase', { ...locked, passphrase: 'wrong' }, /^tls\.key: does not open; check passphrase$/u],
  ['a certificate without key', { cert }, /^tls\.cert: stands without its key; give key or keyFile/u],
  ['a key without certificate', { keyFile }, /^tls\.key: stands without its certificate/u],
  ['text and file', { cert, certFile, key }, /^tls\.cert: contradicts certFile/u],
  ['two kinds of identity', { cert, key, pfx: Buffer.of(1) }, /^tls\.pfx: .*give it, or cert and key/u],
  ['a container that is none', { pfx: Buffer.of(1, 2, 3) }, /^tls\.pfx: is no PKCS #12 container/u],
  ['a passphrase for nothing', { passphrase: 'x' }, /^tls\.passphrase: opens nothing/u],
  ['an authority that is none', { ca: cert }, /^tls\.ca: holds no certificate of an authority/u],
  ['an authority that has expired', { ca: selfSigned({ validTo: new Date(0) }).cert }, /^tls\.ca: expired on/u],
  ['an unknown option', { certFiles: certFile }, /^tls\.certFiles: unknown option/u],
  ['Node’s own word for no verification', { rejectUnauthorized: false }, /dangerouslyAcceptAnyCertificate/u],
  ['a wrong type', { servername: 5 }, /^tls\.servername: 5 is not allowed/u],
  ['an empty list', { ca: [] }, /^tls\.ca: an array of 0 is not allowed/u],
  [
    'what is wrong at one server',
    { servers: { 'pay-1': { cert } } },
    /^tls\.servers\["pay-1"\]\.cert: stands without/u,
  ],
])('%s is refused by name', (_what, options, message) => {
  expect(problemOf(options)).toMatch(message)
})

test('no error shows a key, whatever it was mistaken for', () => {
  const body = key.split('\n')[1] ?? ''
  const wrong = [{ cert: key, key }, { ca: key }, { cert, key: key.slice(0, -40) }, { servername: 5, cert, key }]
  for (const options of wrong) expect(problemOf(options)).not.toContain(body)
})

describe('whoever takes certificates', () => {
  test.each([
    ['a transport', (tls: object) => createTransport({ tls })],
    ['a health checker', (tls: object) => createHealthChecker(undefined as never, { tls })],
  ])('%s refuses what is wrong when it is made', (_who, make) => {
    expect(() => make({ certFile: missing, keyFile })).toThrow(/tls\.certFile: cannot read/u)
  })

  test('certificates that were made before are taken as they are', () => {
    const certificates = createCertificates({ cert, key })
    expect(createCertificates(certificates)).toBe(certificates)
  })
})

test.each([{ connectMs: 0 }, { idleMs: Number.NaN }, { maxAnswerBufferBytes: -1 }])(
  'the options %j of a transport are refused',
  (options: object) => {
    expect(() => createTransport(options)).toThrow(/not allowed/u)
  },
)
