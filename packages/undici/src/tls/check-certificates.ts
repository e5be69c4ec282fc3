import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

import { InvalidOptionsError } from '@paylb/core'

/*
 * What can be known before the first connection. Nothing here is quoted in an error: what was mistaken for a
 * certificate may be a private key.
 */

/** One option that holds certificates: what it holds, and how an error is to name it. */
export interface Source {
  readonly path: string
  readonly bytes: Buffer
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu

/** @throws InvalidOptionsError unless at least one certificate can vouch for servers now */
export function checkAuthorities(sources: readonly Source[]): void {
  for (const source of sources) {
    const certificates = certificatesIn(source)
    const found = certificates.filter((one) => isAuthority(one))
    if (found.length === 0) {
      throw new InvalidOptionsError(
        source.path,
        'holds no certificate of an authority; give the one that signed the certificate of the server',
      )
    }
    if (!found.some((one) => problemOfTime(one) === undefined)) {
      throw new InvalidOptionsError(source.path, `${problemOfTime(found[0] as X509Certificate)}; get the current one`)
    }
  }
}

/** @throws InvalidOptionsError unless the key opens, belongs to the certificate, and both are valid now */
export function checkPair(cert: Source, key: Source, passphrase: string | undefined): void {
  const [own] = certificatesIn(cert) as [X509Certificate]
  const problem = problemOfTime(own)
  if (problem !== undefined) throw new InvalidOptionsError(cert.path, `${problem}; get a new one`)
  if (!own.checkPrivateKey(privateKey(key, passphrase))) {
    throw new InvalidOptionsError(
      key.path,
      `does not belong to the certificate in ${cert.path}; in a chain, the client's own certificate comes first`,
    )
  }
}

/** @throws InvalidOptionsError unless a PKCS #12 container opens. The dates in it show at the first connection. */
export function checkContainer(pfx: Source, passphrase: string | undefined): void {
  try {
    createSecureContext({ pfx: pfx.bytes, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch (error) {
    const isLocked = error instanceof Error && /mac verify|password/iu.test(error.message)
    const problem = isLocked ? 'does not open; check passphrase' : 'is no PKCS #12 container that can be read'
    throw new InvalidOptionsError(pfx.path, problem)
  }
}

function certificatesIn({ path, bytes }: Source): readonly X509Certificate[] {
  const blocks = bytes.toString('latin1').match(certificateBlock) ?? []
  if (blocks.length === 0) {
    throw new InvalidOptionsError(
      path,
      'holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----',
    )
  }
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    throw new InvalidOptionsError(path, 'holds a certificate that cannot be read; it may be cut or damaged')
  }
}

function privateKey({ path, bytes }: Source, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: bytes, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch {
    const isLocked = /ENCRYPTED/u.test(bytes.toString('latin1'))
    const problem = isLocked ? 'does not open; check passphrase' : 'holds no private key in PEM form'
    throw new InvalidOptionsError(path, problem)
  }
}

/* A server that signs its own certificate is its own authority. */
function isAuthority(certificate: X509Certificate): boolean {
  return certificate.ca || certificate.checkIssued(certificate)
}

function problemOfTime({ validFrom, validTo }: X509Certificate): string | undefined {
  if (Date.parse(validTo) <= Date.now()) return `expired on ${validTo}`
  return Date.parse(validFrom) > Date.now() ? `is valid only from ${validFrom} on` : undefined
}
