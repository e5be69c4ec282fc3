import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'

import type { Material } from './material.ts'

/*
 * Connections may be shared where everything that secures them is the same, and nowhere else: a server knows a client
 * by its connection. So the digest of all of it stands in the name of a pool.
 */

/** What the connections to one server are secured with. */
export class ServerTls {
  /** The same for equal settings only. */
  readonly digest: string
  readonly servername: string | undefined
  readonly acceptsAny: boolean
  readonly hasClientCertificate: boolean
  readonly #material: Material
  #secureContext: SecureContext | undefined

  constructor(material: Material) {
    this.#material = material
    this.digest = digestOf(material)
    this.servername = material.servername
    this.acceptsAny = material.acceptsAny ?? false
    this.hasClientCertificate = material.client !== undefined
  }

  /** Made when it is first asked for: it holds every well-known authority, which takes a while to read. */
  get secureContext(): SecureContext {
    this.#secureContext ??= contextOf(this.#material)
    return this.#secureContext
  }
}

/** `own`, and where it says nothing, what is said for all. */
export function merged(own: Material, forAll: Material): Material {
  return {
    ca: own.ca ?? forAll.ca,
    client: own.client ?? forAll.client,
    servername: own.servername ?? forAll.servername,
    acceptsAny: own.acceptsAny ?? forAll.acceptsAny,
  }
}

function contextOf({ ca, client }: Material): SecureContext {
  const { passphrase, ...certificate } = client ?? {}
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...certificate,
    ...(passphrase === undefined ? {} : { passphrase }),
  })
}

function digestOf({ ca, client, servername, acceptsAny }: Material): string {
  const parts = [ca ?? null, client ?? null, servername ?? null, acceptsAny ?? false]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
