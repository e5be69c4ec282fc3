import { callHook, HookFailure } from './call-hook.ts'

/*
 * Routes on which executing twice does no harm, in the user's word for it. They are matched on what the server sees,
 * after mounting and rewriting, because it is the server's route that is safe.
 */

/**
 * Paths such as `/quotes` (every method) or `PUT /customers` (one of them), matched by whole segments, with everything
 * below; or a function.
 */
export type SafeRoutes<Request> = readonly string[] | ((request: Request) => boolean)

/** Whether a request is on a safe route. */
export type IsSafeRoute<Request> = (method: string, path: string, request: Request) => boolean

const route = /^(?:([A-Z]+) )?(\/[^\s?#]*[^\s?#/])\/?$/u

/** Whether an option is such a list. `/` alone would mark everything: whoever means that says it with a function. */
export function isRouteList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && route.test(one))
}

/** A function that says whether a request is on a safe route. */
export function compileSafeRoutes<Request>(routes: SafeRoutes<Request> = []): IsSafeRoute<Request> {
  if (typeof routes === 'function') return (_method, _path, request) => decided(routes, request)
  const parsed = routes.map((one) => route.exec(one) ?? []).map(([, method, prefix]) => ({ method, prefix }))
  return (method, path) =>
    parsed.some(
      (one) =>
        (one.method === undefined || one.method === method) &&
        (path === one.prefix || path.startsWith(`${one.prefix}/`)),
    )
}

function decided<Request>(routes: (request: Request) => boolean, request: Request): boolean {
  const isSafe = callHook('safeRoutes', () => routes(request))
  if (typeof isSafe === 'boolean') return isSafe
  throw new HookFailure(`safeRoutes returned ${typeof isSafe}; it must return true or false`)
}
