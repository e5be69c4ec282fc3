import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

import { bits, explicit, implicit, integer, objectId, octets, sequence, set, text, time, yes } from './der.ts'

/* Certificates made when a test wants them, so that nothing here can expire or leak (RFC 5280). */

/** A certificate and its private key, in PEM. */
export interface Issued {
  readonly cert: string
  readonly key: string
}

/** What a certificate says. */
export interface Subject {
  readonly name?: string
  /** DNS names and IPv4 addresses that it is for. Default: 127.0.0.1. */
  readonly hosts?: readonly string[]
  readonly validFrom?: Date
  readonly validTo?: Date
  readonly passphrase?: string
}

/** Somebody who signs certificates. */
export interface Authority {
  readonly cert: string
  issue(subject?: Subject): Issued
}

const signature = sequence(objectId('1.2.840.10045.4.3.2')) // ECDSA with SHA-256
const day = 86_400_000

/** A new authority, which vouches for itself. */
export function newAuthority(name = 'Test Authority'): Authority {
  const keys = newKeys()
  const cert = certificate({ name, isAuthority: true, publicKey: keys.publicKey }, { name, key: keys.privateKey })
  return {
    cert,
    issue: ({ name: subject = 'test', passphrase, ...said } = {}) => {
      const own = newKeys()
      const issued = certificate({ ...said, name: subject, publicKey: own.publicKey }, { name, key: keys.privateKey })
      return { cert: issued, key: pemOf(own.privateKey, passphrase) }
    },
  }
}

/** A certificate that only its own holder vouches for. */
export function selfSigned({ name = 'test', ...said }: Subject = {}): Issued {
  const { publicKey, privateKey } = newKeys()
  const cert = certificate({ ...said, name, publicKey }, { name, key: privateKey })
  return { cert, key: pemOf(privateKey) }
}

interface Contents extends Subject {
  readonly name: string
  readonly publicKey: KeyObject
  readonly isAuthority?: boolean
}

function certificate(contents: Contents, issuer: { readonly name: string; readonly key: KeyObject }): string {
  const { publicKey, validFrom = new Date(Date.now() - day), validTo = new Date(Date.now() + day) } = contents
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    signature,
    nameOf(issuer.name),
    sequence(time(validFrom), time(validTo)),
    nameOf(contents.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(extensionOf(contents))),
  )
  const der = sequence(body, signature, bits(sign('sha256', body, issuer.key)))
  const lines = der.toString('base64').replaceAll(/.{64}/gu, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/* Either that it may sign, or whom it is for. */
function extensionOf({ isAuthority = false, hosts = ['127.0.0.1'] }: Contents): Buffer {
  if (isAuthority) return sequence(objectId('2.5.29.19'), yes, octets(sequence(yes)))
  const names = hosts.map((host) =>
    isIPv4(host) ? implicit(7, Buffer.from(host.split('.').map(Number))) : implicit(2, Buffer.from(host)),
  )
  return sequence(objectId('2.5.29.17'), octets(sequence(...names)))
}

function nameOf(name: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), text(name))))
}

function newKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function pemOf(key: KeyObject, passphrase?: string): string {
  if (passphrase === undefined) return key.export({ type: 'pkcs8', format: 'pem' }).toString()
  return createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }))
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString()
}
