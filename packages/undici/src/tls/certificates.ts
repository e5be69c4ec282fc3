import { readMaterial } from './material.ts'
import { merged, ServerTls } from './server-tls.ts'
import { checkTlsOptions, serverPath, type TlsOptions } from './tls-options.ts'

/** What the connections to servers are secured with, for as many doors as share it, and replaceable while they run. */
export interface Certificates {
  /**
   * Takes new certificates, without options from the same files as before. New connections use them; what is in flight
   * ends on the old ones. Where nothing has changed, connections stay.
   *
   * @throws InvalidOptionsError for what cannot be used; then the old ones stay
   */
  reload(options?: TlsOptions): void
}

/**
 * Reads and checks certificates. Give them to doors, transports and health checkers as their `tls`.
 *
 * @example
 * const certificates = createCertificates({ certFile: '/etc/pay/client.pem', keyFile: '/etc/pay/client.key' })
 * const dispatcher = createDispatcher({ servers, tls: certificates })
 * process.on('SIGHUP', () => certificates.reload())
 * @throws InvalidOptionsError for files that are missing, expired, or do not match
 */
export function createCertificates(options: TlsOptions | Certificates = {}): Certificates {
  return storeOf(options)
}

/** The store behind certificates, or a new one. @throws InvalidOptionsError */
export function storeOf(tls: TlsOptions | Certificates = {}): CertificateStore {
  return isStore(tls) ? tls : new CertificateStore(tls as TlsOptions)
}

/* By its shape: it may come from another copy of this package. */
function isStore(tls: unknown): tls is CertificateStore {
  return typeof tls === 'object' && tls !== null && 'reload' in tls && 'of' in tls && 'onReload' in tls
}

/** Certificates by server. */
export class CertificateStore implements Certificates {
  readonly #listeners = new Set<() => void>()
  #options: TlsOptions
  #forAll: ServerTls
  #byServer: ReadonlyMap<string, ServerTls>

  constructor(options: TlsOptions) {
    const { forAll, byServer } = load(options)
    this.#options = options
    this.#forAll = forAll
    this.#byServer = byServer
  }

  /** What secures the connections to a server, by its id. */
  of(id: string): ServerTls {
    return this.#byServer.get(id) ?? this.#forAll
  }

  /** The ids of servers that have settings of their own. */
  get ids(): readonly string[] {
    return [...this.#byServer.keys()]
  }

  /** Whether some server still has these settings. */
  has({ digest }: ServerTls): boolean {
    return digest === this.#forAll.digest || [...this.#byServer.values()].some((one) => one.digest === digest)
  }

  /** Tells of reloads until the function that comes back is called. */
  onReload(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  reload(options: TlsOptions = this.#options): void {
    const { forAll, byServer } = load(options)
    this.#options = options
    this.#forAll = forAll
    this.#byServer = byServer
    for (const listener of this.#listeners) listener()
  }
}

function load(options: TlsOptions): { forAll: ServerTls; byServer: ReadonlyMap<string, ServerTls> } {
  checkTlsOptions(options)
  const { servers = {}, ...common } = options
  const forAll = readMaterial(common, 'tls')
  const own = Object.entries(servers).map(([id, one]) => [id, readMaterial(one, serverPath(id))] as const)
  const byServer = new Map(own.map(([id, material]) => [id, new ServerTls(merged(material, forAll))]))
  warnOfAnyCertificate(forAll.acceptsAny === true, byServer)
  return { forAll: new ServerTls(forAll), byServer }
}

function warnOfAnyCertificate(forAll: boolean, byServer: ReadonlyMap<string, ServerTls>): void {
  const ids = [...byServer].filter(([, { acceptsAny }]) => acceptsAny).map(([id]) => id)
  if (!forAll && ids.length === 0) return
  const whom = forAll ? 'servers' : ids.join(', ')
  process.emitWarning(
    `certificates of ${whom} are not verified (dangerouslyAcceptAnyCertificate): anybody on the way can read and change payments`,
    'PaylbWarning',
  )
}
