import type { SecureContext } from 'node:tls'

/*
 * Told by their shape: whoever uses no `tls` needs no @paylb/undici, neither to run nor to compile, and certificates may
 * come from another copy of it.
 */

/** What `createCertificates` of `@paylb/undici` makes: certificates that are read and checked. */
export interface Certificates {
  /** Takes new ones from the same files. */
  reload(): void
}

/** What secures the connections to one server. */
export interface ServerTls {
  /** The same for equal settings only. */
  readonly digest: string
  /** Takes TLS 1.2 and newer. */
  readonly secureContext: SecureContext
  readonly servername: string | undefined
  readonly acceptsAny: boolean
}

/** What certificates say to those who connect. */
export interface CertificatesByServer extends Certificates {
  of(id: string): ServerTls
  onReload(listener: () => void): () => void
}

/** Whether an option is certificates, and not what they would be made of. */
export function isCertificates(tls: object): tls is CertificatesByServer {
  return 'reload' in tls && 'of' in tls && 'onReload' in tls
}
