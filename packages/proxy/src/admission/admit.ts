import type { IncomingMessage } from 'node:http'
import { isSafeMethod } from '@paylb/core'
import { valuesOf } from '@paylb/core/doors'
import type { PaymentKey } from '@paylb/core/doors'
import type { Settings } from '../options.ts'
import type { Trust } from './forwarded-fields.ts'
import { countDown, endsHere } from './max-forwards.ts'
import { paymentKeyOf } from './payment-key.ts'
import { Refusal } from './refusal.ts'
import { hostOf, requestHeaders } from './request-headers.ts'
import { checkParser } from './strict-parser.ts'
import { checkTarget, pathOf, withoutAuthority } from './target.ts'
import { checkVia } from './via.ts'

/** A request that may go on: what will be sent, but for the body. */
export interface Admitted extends PaymentKey {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  /** It may be executed twice: by its method, or because the user marked its route. */
  readonly isSafe: boolean
  /** It goes no further, and is answered here. */
  readonly endsHere: boolean
}

/** What a request is held against beside the settings. */
export interface Admission {
  readonly settings: Settings
  /** Our own name in `Via`. */
  readonly pseudonym: string
  /** Whom the framework trusts to say who asked; the option comes before it. */
  readonly trust: Trust
}

const refusedMethods: ReadonlySet<string> = new Set(['CONNECT', 'TRACE'])

/**
 * Whether a request is well-formed and allowed, and what of it goes on. Nothing has been read of its body yet.
 *
 * @param mounted the target below the mount point
 * @throws Refusal that says what is wrong; HookFailure when a function of the user's fails
 */
export function admit(request: IncomingMessage, mounted: string, { settings, pseudonym, trust }: Admission): Admitted {
  checkParser(request)
  if (request.httpVersionMajor === 0) throw new Refusal(400, 'the request line names no version of HTTP')
  const method = request.method ?? 'GET'
  if (refusedMethods.has(method)) throw new Refusal(405, `${method} is not forwarded`)
  checkTransferCoding(request.rawHeaders)
  checkVia(request.rawHeaders, pseudonym)
  const host = hostOf(request.rawHeaders)
  const target = rewritten(checkTarget(withoutAuthority(mounted, host)), settings)
  const isSafe = isSafeMethod(method) || settings.isSafeRoute(method, pathOf(target), request)
  const { key, isGenerated, keyScope } = paymentKeyOf(request, isSafe, settings)
  const peer = {
    address: request.socket.remoteAddress,
    host,
    isEncrypted: 'encrypted' in request.socket && request.socket.encrypted === true,
  }
  const headers = requestHeaders(request.rawHeaders, settings.keyField, peer, settings.trust ?? trust)
  headers.push('Via', `${request.httpVersion} ${pseudonym}`)
  countDown(method, headers)
  if (settings.preserveHost) headers.push('Host', host)
  if (isGenerated && key !== undefined) headers.push(settings.keyHeader, key)
  return { method, target, headers, isSafe, endsHere: endsHere(method, request.rawHeaders), key, isGenerated, keyScope }
}

function rewritten(target: string, { rewrite }: Settings): string {
  const changed = rewrite(target)
  return changed === target ? target : checkTarget(changed)
}

/* Node undoes `chunked`, but passes any other coding on as if it were the body. */
function checkTransferCoding(rawHeaders: readonly string[]): void {
  const codings = valuesOf(rawHeaders, 'transfer-encoding')
  if (codings.length > 0 && codings.join().toLowerCase() !== 'chunked') {
    throw new Refusal(400, 'Transfer-Encoding may be nothing but chunked')
  }
}
