import type { Server } from '@paylb/core'
import { fieldsSetBy } from '@paylb/core/doors'
import type { AttemptHook } from '@paylb/core/doors'
import { AxiosHeaders } from 'axios'

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
  const headers = new AxiosHeaders(outgoing.headers)
  for (const [name, value] of fieldsSetBy(hook, { method, path, headers: flat, body }, { key, keyField }, server)) {
    headers.set(name, value, true)
  }
  return headers
}
