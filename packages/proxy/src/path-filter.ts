/*
 * Which paths are forwarded, and as what. A filter matches whole segments: `/payments` must not take in
 * `/payments-admin`.
 */

/** A prefix, a list of prefixes, or a function of the path (without its query). */
export type PathFilter = string | readonly string[] | ((path: string) => boolean)

/** Patterns and what takes their place, or a function from path to path. The query stays as it is. */
export type PathRewrite = Readonly<Record<string, string>> | ((path: string) => string)

/** A function that says whether a path is forwarded. */
export function compileFilter(filter: PathFilter | undefined): (path: string) => boolean {
  if (filter === undefined) return () => true
  if (typeof filter === 'function') return filter
  const prefixes = (typeof filter === 'string' ? [filter] : filter).map((prefix) => prefix.replace(/\/$/u, ''))
  return (path) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
}

/** A function from one target to another. @throws SyntaxError for a pattern that is no regular expression */
export function compileRewrite(rewrite: PathRewrite | undefined): (target: string) => string {
  if (rewrite === undefined) return (target) => target
  if (typeof rewrite === 'function') return onPath((path) => checked(rewrite(path)))
  const rules = Object.entries(rewrite).map(
    ([pattern, replacement]) => [new RegExp(pattern, 'u'), replacement] as const,
  )
  return onPath((path) => {
    const rule = rules.find(([pattern]) => pattern.test(path))
    return rule === undefined ? path : path.replace(rule[0], rule[1])
  })
}

function checked(rewritten: unknown): string {
  if (typeof rewritten === 'string') return rewritten
  throw new TypeError(`pathRewrite returned ${typeof rewritten}; it must return the new path`)
}

function onPath(change: (path: string) => string): (target: string) => string {
  return (target) => {
    const query = target.indexOf('?')
    return query < 0 ? change(target) : change(target.slice(0, query)) + target.slice(query)
  }
}
