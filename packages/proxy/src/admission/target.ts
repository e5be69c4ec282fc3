import { Refusal } from './refusal.ts'

/*
 * A target is passed on byte for byte, never decoded and encoded again, so whatever a server might read differently
 * than we do is refused: `//host` as an authority, a backslash as a slash, `%2e%2e` as a way out of the base path.
 */

/* Most targets have nothing in them that could be read in two ways: no dot, percent sign, backslash or second slash. */
const plain = /^\/(?!\/)[\x21\x22\x24\x26-\x2d\x2f-\x5b\x5d-\x7e\x80-\xff]*$/u

/* `..;` counts as one: servers exist that cut path parameters off first. */
const dotSegment = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?=[/;]|%2f|%3b|%5c|$)/iu

/**
 * Checks a request's target once more after mounting and rewriting.
 *
 * @param target path and query; an empty path becomes `/`
 * @returns the target as it goes on the wire
 * @throws Refusal 400
 */
export function checkTarget(target: string): string {
  if (plain.test(target)) return target
  const rooted = target === '' || target.startsWith('?') ? `/${target}` : target
  if (!rooted.startsWith('/')) throw new Refusal(400, 'the request target must be a path')
  const path = pathOf(rooted)
  if (!/^[\x21-\x7e\x80-\xff]*$/u.test(rooted) || rooted.includes('#')) {
    throw new Refusal(400, 'the request target has a character that is not allowed')
  }
  if (path.startsWith('//')) throw new Refusal(400, 'the request target begins with two slashes')
  if (!/[\\%.]/u.test(path)) return rooted
  if (path.includes('\\') || /%00|%5c/iu.test(path)) throw new Refusal(400, 'the path has a backslash or a NUL')
  if (dotSegment.test(path)) throw new Refusal(400, 'the path has a dot segment')
  return rooted
}

/**
 * The target of a request in absolute form (`GET http://host/path`) is its path, if its authority is the Host's.
 *
 * @throws Refusal 400
 */
export function withoutAuthority(target: string, host: string): string {
  if (target === '' || target.startsWith('/') || target.startsWith('?')) return target
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/iu.exec(target)
  if (absolute?.[1]?.toLowerCase() !== host.toLowerCase()) {
    throw new Refusal(400, 'the request target names another host than the Host field')
  }
  return absolute[2] ?? ''
}

/** The path of a target, without its query, and without the origin of the absolute form. */
export function pathOf(target: string): string {
  const relative = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/iu, '')
  const query = relative.indexOf('?')
  const path = query < 0 ? relative : relative.slice(0, query)
  return path === '' ? '/' : path
}
