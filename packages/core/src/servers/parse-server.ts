import type { ServerOptions } from '../balancer-options.ts'
import { invalid, rules } from '../validation.ts'
import type { Rule } from '../validation.ts'
import type { Server } from './server.ts'

/* A URL that a payment is sent to is read strictly: what `new URL` would quietly repair is refused. */

/** What each option of a server may be. */
export const serverRules: Readonly<Record<keyof ServerOptions, Rule>> = {
  id: rules.text,
  url: rules.text,
  weight: rules.number(0),
  priority: rules.number(0, Infinity, true),
  zone: rules.text,
  maxInFlight: rules.count,
  ledger: rules.text,
  healthCheck: rules.anything,
  meta: rules.anything,
}

const allowedUrl = 'a URL such as http://10.0.0.1:8080 or https://pay.example/base'
const dotSegment = /^(?:\.|%2e){1,2}$/iu

/** Turns options that follow `serverRules` into a server. @throws InvalidOptionsError for a URL that is not usable */
export function parseServer(
  options: ServerOptions,
  path: string,
  defaultLedger: 'shared' | 'none' | undefined,
): Server {
  const { origin, host, basePath } = readUrl(options.url, `${path}.url`)
  const id = options.id ?? host
  return {
    id,
    url: origin + basePath,
    origin,
    basePath,
    weight: options.weight ?? 1,
    priority: options.priority ?? 0,
    zone: options.zone,
    maxInFlight: options.maxInFlight ?? Infinity,
    ledger: options.ledger ?? (defaultLedger === undefined ? id : defaultLedger === 'shared' ? 'shared' : undefined),
    declaresLedger: options.ledger !== undefined || defaultLedger === 'shared',
    healthCheck: options.healthCheck,
    meta: options.meta,
  }
}

function readUrl(given: unknown, path: string): { origin: string; host: string; basePath: string } {
  if (typeof given !== 'string') throw invalid(path, given, allowedUrl)
  const url = parse(given)
  if (url === undefined) throw invalid(path, given, allowedUrl)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(path, given, `http: or https:, ${allowedUrl}`)
  if (url.username !== '' || url.password !== '' || authorityOf(given).includes('@')) {
    throw invalid(path, given, 'no user name or password in the URL; send credentials in a header')
  }
  if (/[?#]/u.test(given)) throw invalid(path, given, 'no query and no fragment in the URL')
  const givenPath = given.slice(given.indexOf('//') + 2 + authorityOf(given).length)
  const segments = givenPath.split('/')
  if (/%2f|%5c|\\|\/\//iu.test(givenPath) || segments.some((segment) => dotSegment.test(segment))) {
    throw invalid(path, given, 'a base path without dot segments, empty segments, backslashes and encoded slashes')
  }
  if (isRepaired(authorityOf(given), url.host)) throw invalid(path, given, `the host as it is meant: ${url.host}`)
  const port = url.host.includes(':', url.host.lastIndexOf(']') + 1) ? '' : url.protocol === 'https:' ? ':443' : ':80'
  return { origin: url.origin, host: url.host + port, basePath: givenPath.replace(/\/$/u, '') }
}

function parse(text: string): URL | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[\x21-\x7e]+$/iu.test(text)) return undefined
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/* Such as 10.1 for 10.0.0.1, or a host taken from the path where there is none. IPv6 has many spellings, all meant. */
function isRepaired(authority: string, host: string): boolean {
  return !authority.startsWith('[') && withoutPort(authority.toLowerCase()) !== withoutPort(host)
}

function withoutPort(authority: string): string {
  return authority.replace(/:\d*$/u, '')
}

function authorityOf(text: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/([^/?#\\]*)/iu.exec(text)?.[1] ?? ''
}
