import type { Server } from '@paylb/core'
import { fieldsSetBy } from '@paylb/core/doors'
import type { AttemptHook } from '@paylb/core/doors'
import { AxiosHeaders } from 'axios'
import type { AxiosHeaderValue } from 'axios'

/** What is to be sent, before any attempt. */
export interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: AxiosHeaders
  readonly data: unknown
  readonly key: string | undefined
}

/** The headers of one attempt. @throws HookFailure when the hook fails or sets what it may not */
export function attemptHeaders(hook: AttemptHook, outgoing: Outgoing, keyField: string, server: Server): AxiosHeaders {
  const { method, path, data: body, key } = outgoing
  const flat = Object.entries(outgoing.headers.toJSON(true)).flat()
  const headers = copyOf(outgoing.headers)
  for (const [name, value] of fieldsSetBy(hook, { method, path, headers: flat, body }, { key, keyField }, server)) {
    headers.set(name, value, true)
  }
  return headers
}

/* Most values are as axios would make them, and need not be looked at as closely as axios looks. */
const clean = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/u

/** A copy that shares nothing, with values as axios sends them. */
export function copyOf(headers: AxiosHeaders): AxiosHeaders {
  const copy = new AxiosHeaders()
  for (const [name, value] of Object.entries(headers) as [string, AxiosHeaderValue | undefined][]) {
    if (typeof value === 'string' && clean.test(value)) copy[name] = value
    else if (value !== undefined) copy.set(name, value, true)
  }
  return copy
}
