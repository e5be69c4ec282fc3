import type { IncomingMessage } from 'node:http'
import { isSafeMethod } from '@paylb/core'
import type { Settings } from '../options.ts'
import { keyOf } from './idempotency-key.ts'
import { Refusal } from './refusal.ts'
import { hostOf, requestHeaders, valuesOf } from './request-headers.ts'
import { checkTarget, withoutAuthority } from './target.ts'

/** A request that may go on: what will be sent, but for the body. */
export interface Admitted {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly key: string | undefined
}

const refusedMethods: ReadonlySet<string> = new Set(['CONNECT', 'TRACE'])

/**
 * Whether a request is well-formed and allowed, and what of it goes on. Nothing has been read of its body yet.
 *
 * @param mounted the target below the mount point
 * @throws Refusal that says what is wrong
 */
export function admit(request: IncomingMessage, mounted: string, settings: Settings): Admitted {
  const method = request.method ?? 'GET'
  if (refusedMethods.has(method)) throw new Refusal(405, `${method} is not forwarded`)
  checkTransferCoding(request.rawHeaders)
  const host = hostOf(request.rawHeaders)
  const target = checkTarget(settings.rewrite(checkTarget(withoutAuthority(mounted, host))))
  const key = keyOf(request.rawHeaders, settings.keyField)
  if (key === undefined && settings.requireKey && !isSafeMethod(method)) {
    throw new Refusal(400, `${method} needs an ${settings.keyField} field`)
  }
  const headers = requestHeaders(request.rawHeaders, settings.keyField, {
    address: request.socket.remoteAddress,
    host,
    isEncrypted: 'encrypted' in request.socket && request.socket.encrypted === true,
  })
  return { method, target, headers, key }
}

/* Node undoes `chunked`, but passes any other coding on as if it were the body. */
function checkTransferCoding(rawHeaders: readonly string[]): void {
  const codings = valuesOf(rawHeaders, 'transfer-encoding').join()
  if (codings !== '' && codings.toLowerCase() !== 'chunked') {
    throw new Refusal(400, 'Transfer-Encoding may be nothing but chunked')
  }
}
