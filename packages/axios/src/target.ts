import { PaylbError } from '@paylb/core'
import type { InternalAxiosRequestConfig } from 'axios'

/*
 * Which server a call goes to is the balancer's choice alone. So a call names a path and nothing more: whatever would
 * lead past the pool, or would be read differently by axios, by `new URL` and by a server, is refused before anything
 * is sent.
 */

const absolute = /^\s*(?:[a-z][a-z\d+.-]*:|[/\\]{2})/iu
const unclear = /[\\\p{Cc}]/u
const dotSegment = /^(?:\.|%2e){1,2}$/iu

const plain = /^(?:\/[\w~-][\w.~-]*)+(?:\?[\w.~=&-]*)?$/u

/** Whether nothing in the path and query could be read in two ways, or would be written in another. */
export function isPlainPath(path: string): boolean {
  return plain.test(path)
}

/** What is wrong with a setting, and which one. */
export interface Problem {
  readonly path: string
  readonly text: string
}

/** The settings of an instance or a call that would lead past the pool. */
export function findBypass(config: {
  readonly baseURL?: string
  readonly socketPath?: string | null
  readonly httpVersion?: unknown
}): Problem | undefined {
  if (config.baseURL !== undefined && absolute.test(config.baseURL)) {
    return { path: 'baseURL', text: 'must be a path or absent: the servers stand in the options of paylb' }
  }
  if (config.socketPath !== undefined && config.socketPath !== null) {
    return { path: 'socketPath', text: 'is not possible: it would lead past the servers' }
  }
  if (config.httpVersion !== undefined && Number(config.httpVersion) !== 1) {
    return { path: 'httpVersion', text: 'must be 1: over HTTP/2 it cannot be proven whether a payment was sent' }
  }
  return undefined
}

/** Settings that would connect otherwise than the option `tls` of paylb says. */
export function findOtherAgent({
  httpsAgent,
  proxy,
}: {
  readonly httpsAgent?: unknown
  readonly proxy?: unknown
}): Problem | undefined {
  if (httpsAgent !== undefined && httpsAgent !== null)
    return { path: 'httpsAgent', text: 'contradicts the option tls of paylb; give one' }
  if (proxy === undefined || proxy === null || proxy === false) return undefined
  return {
    path: 'proxy',
    text: 'contradicts the option tls of paylb: a proxy would see the certificate meant for a server',
  }
}

/**
 * The path and query that are appended to a server's URL.
 *
 * @throws PaylbError with code `bad-request`: nothing was sent
 */
export function targetPath(config: InternalAxiosRequestConfig): string {
  refuse(findBypass(config))
  const url = config.url ?? ''
  if (!config.baseURL && isPlainPath(url)) return url
  if (absolute.test(url)) {
    throw badRequest('the URL must be a path such as /charges: an absolute URL would lead past the servers')
  }
  const base = config.baseURL ?? ''
  const path = withSlash(url === '' ? base : base.replace(/\/+$/u, '')) + withSlash(url)
  const segments = (/^[^?#]*/u.exec(path)?.[0] ?? '').split(/\/|%2f|%5c/iu)
  if (unclear.test(path) || segments.some((segment) => dotSegment.test(segment))) {
    throw badRequest('the path must have no dot segments, backslashes or control characters')
  }
  return path
}

/** @throws PaylbError with code `bad-request` for a problem: nothing was sent */
export function refuse(problem: Problem | undefined): void {
  if (problem !== undefined) throw badRequest(`${problem.path} ${problem.text}`)
}

function withSlash(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`
}

function badRequest(problem: string): PaylbError {
  return new PaylbError('bad-request', problem)
}
