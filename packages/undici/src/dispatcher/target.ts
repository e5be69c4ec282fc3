import { stringify } from 'node:querystring'

import { PaylbError } from '@paylb/core'
import type { Dispatcher } from 'undici'

/*
 * The origin of a URL stands for the pool; the rest goes to the server byte for byte, below its base path. Whatever a
 * server might read differently than we do is refused: `//host` as an authority, a backslash as a slash, `%2e%2e` as a
 * way out of the base path. fetch has resolved dot segments before; others pass on what they were given.
 */

/* `..;` counts as one: servers exist that cut path parameters off first. */
const dotSegment = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?=[/;]|%2f|%3b|%5c|$)/iu

/** Path and query of a request. @throws PaylbError with code `bad-request` */
export function targetOf({ path, query }: Dispatcher.DispatchOptions): string {
  if (typeof path !== 'string') throw badTarget('must be a string')
  const rooted = path === '' || path.startsWith('?') ? `/${path}` : path
  const target = query === undefined || query === null ? rooted : withQuery(rooted, query)
  check(target)
  return target
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? target
}

function withQuery(path: string, query: object): string {
  if (/[?#]/u.test(path)) throw badTarget('has a query already; give one in the path or as an option')
  const text = stringify(query as Record<string, string>)
  return text === '' ? path : `${path}?${text}`
}

function check(target: string): void {
  const path = pathOf(target)
  if (!target.startsWith('/')) throw badTarget('must begin with /')
  if (!/^[\x21-\x7e\x80-\xff]*$/u.test(target) || target.includes('#')) {
    throw badTarget('has a character that is not allowed')
  }
  if (path.startsWith('//')) throw badTarget('begins with two slashes')
  if (path.includes('\\') || /%00|%5c/iu.test(path)) throw badTarget('has a backslash or a NUL')
  if (dotSegment.test(path)) throw badTarget('has a dot segment')
}

function badTarget(problem: string): PaylbError {
  return new PaylbError('bad-request', `the path of a request ${problem}`)
}
