import { checkOptions, InvalidOptionsError, type Rule, rules } from '@paylb/core'

/** PEM text, as a string or as the bytes of a file. */
export type Pem = string | Uint8Array

/** What connections to a server are secured with. Give bytes or the path of a file, not both. */
export interface ServerTlsOptions {
  /** The authorities to trust, in place of the well-known ones. */
  readonly ca?: Pem | readonly Pem[]
  readonly caFile?: string | readonly string[]
  /** This client's certificate, for servers that ask for one, with the chain that leads to its authority. */
  readonly cert?: Pem
  readonly certFile?: string
  /** The private key of `cert`. */
  readonly key?: Pem
  readonly keyFile?: string
  /** Certificate and key in one PKCS #12 container, in place of `cert` and `key`. */
  readonly pfx?: Uint8Array
  readonly pfxFile?: string
  /** Opens `key` or `pfx`. */
  readonly passphrase?: string
  /** The name to ask for, and that the server must prove. Default: the host of its URL. */
  readonly servername?: string
  /** True: whoever answers is believed to be the server. For tests only; a warning says so each time. */
  readonly dangerouslyAcceptAnyCertificate?: boolean
}

/**
 * For servers on `https:`. What they show is always verified, with at least TLS 1.2. What stands in `servers` under a
 * server's id comes before what is said for all: its authorities, its certificate with its key, its name.
 */
export interface TlsOptions extends ServerTlsOptions {
  readonly servers?: Readonly<Record<string, ServerTlsOptions>>
}

const pem = rules.matching('PEM text or the bytes of it', isPem)
const bytes = rules.matching('bytes', (value) => value instanceof Uint8Array)

const serverTlsRules: Readonly<Record<keyof ServerTlsOptions, Rule>> = {
  ca: rules.either(pem, listOf('an array of that', isPem)),
  caFile: rules.either(
    rules.text,
    listOf('an array of paths', (one) => rules.text.accepts(one)),
  ),
  cert: pem,
  certFile: rules.text,
  key: pem,
  keyFile: rules.text,
  pfx: bytes,
  pfxFile: rules.text,
  passphrase: rules.matching('a string', (value) => typeof value === 'string'),
  servername: rules.text,
  dangerouslyAcceptAnyCertificate: rules.flag,
}

const never = 'paylb always verifies; dangerouslyAcceptAnyCertificate: true is for tests'

/** @throws InvalidOptionsError for options that are unknown, wrong, or contradict each other */
export function checkTlsOptions(options: TlsOptions): void {
  checkOptions(options, { ...serverTlsRules, servers: rules.object }, 'tls', never)
  checkTogether(options, 'tls')
  for (const [id, own] of Object.entries(options.servers ?? {})) {
    checkOptions(own, serverTlsRules, serverPath(id), never)
    checkTogether(own, serverPath(id))
  }
}

/** Where the options of one server stand. */
export function serverPath(id: string): string {
  return `tls.servers[${JSON.stringify(id)}]`
}

function checkTogether(options: ServerTlsOptions, path: string): void {
  for (const name of ['ca', 'cert', 'key', 'pfx'] as const) {
    const isTwice = options[name] !== undefined && options[`${name}File`] !== undefined
    if (isTwice) throw new InvalidOptionsError(`${path}.${name}`, `contradicts ${name}File; give one of them`)
  }
  const has = (name: 'cert' | 'key' | 'pfx'): boolean =>
    options[name] !== undefined || options[`${name}File`] !== undefined
  if (has('cert') && !has('key')) {
    throw new InvalidOptionsError(`${path}.cert`, 'stands without its key; give key or keyFile, too')
  }
  if (has('key') && !has('cert')) {
    throw new InvalidOptionsError(`${path}.key`, 'stands without its certificate; give cert or certFile, too')
  }
  if (has('pfx') && has('cert')) {
    throw new InvalidOptionsError(`${path}.pfx`, 'holds certificate and key; give it, or cert and key')
  }
  if (options.passphrase !== undefined && !has('key') && !has('pfx')) {
    throw new InvalidOptionsError(`${path}.passphrase`, 'opens nothing; give key or pfx, too')
  }
}

function isPem(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || value instanceof Uint8Array
}

function listOf(allowed: string, accepts: (value: unknown) => boolean): Rule {
  return rules.matching(allowed, (value) => Array.isArray(value) && value.length > 0 && value.every(accepts))
}
