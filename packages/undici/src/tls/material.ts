import { readFileSync } from 'node:fs'

import { InvalidOptionsError } from '@paylb/core'

import { checkAuthorities, checkContainer, checkPair, type Source } from './check-certificates.ts'
import type { Pem, ServerTlsOptions } from './tls-options.ts'

/* What stands in options and files, read and found usable: an expired certificate is an error now, not in a payment. */

/** A client certificate, in either of its forms. */
type ClientCertificate =
  | { readonly cert: string; readonly key: string; readonly passphrase: string | undefined }
  | { readonly pfx: Buffer; readonly passphrase: string | undefined }

/** What connections are secured with. Undefined: as it is said for all servers, or by default. */
export interface Material {
  readonly ca: readonly string[] | undefined
  readonly client: ClientCertificate | undefined
  readonly servername: string | undefined
  readonly acceptsAny: boolean | undefined
}

/**
 * Reads and checks what options say.
 *
 * @param path where they stand
 * @throws InvalidOptionsError that names the option, its file, and what to do
 */
export function readMaterial(options: ServerTlsOptions, path: string): Material {
  const ca = authorities(options, path)
  if (ca !== undefined) checkAuthorities(ca)
  return {
    ca: ca?.map((source) => source.bytes.toString()),
    client: clientCertificate(options, path),
    servername: options.servername,
    acceptsAny: options.dangerouslyAcceptAnyCertificate,
  }
}

function authorities({ ca, caFile }: ServerTlsOptions, path: string): readonly Source[] | undefined {
  if (ca !== undefined) return asList(ca).map((one) => given(one, `${path}.ca`))
  return caFile === undefined ? undefined : asList(caFile).map((file) => read(file, `${path}.caFile`))
}

function clientCertificate(options: ServerTlsOptions, path: string): ClientCertificate | undefined {
  const { passphrase } = options
  const pfx = sourceOf(options, 'pfx', path)
  if (pfx !== undefined) {
    checkContainer(pfx, passphrase)
    return { pfx: pfx.bytes, passphrase }
  }
  const cert = sourceOf(options, 'cert', path)
  const key = sourceOf(options, 'key', path)
  if (cert === undefined || key === undefined) return undefined
  checkPair(cert, key, passphrase)
  return { cert: cert.bytes.toString(), key: key.bytes.toString(), passphrase }
}

function sourceOf(options: ServerTlsOptions, name: 'cert' | 'key' | 'pfx', path: string): Source | undefined {
  const value = options[name]
  if (value !== undefined) return given(value, `${path}.${name}`)
  const file = options[`${name}File`]
  return file === undefined ? undefined : read(file, `${path}.${name}File`)
}

function given(value: Pem, path: string): Source {
  return { path, bytes: Buffer.from(value as string) }
}

function read(file: string, path: string): Source {
  try {
    return { path: `${path} (${file})`, bytes: readFileSync(file) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new InvalidOptionsError(path, `cannot read ${file}: ${why}; check the path and who may read it`)
  }
}

function asList<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item]
}
