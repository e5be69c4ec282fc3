import { Buffer } from 'node:buffer'
import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { hasBody } from '../admission/request-body.ts'

/*
 * An answer may be given before the request's body has come as a whole. The connection is of no use afterwards. But
 * closing it with bytes unread resets it, which may cost the caller the answer (RFC 9112, section 9.6), and leaving it
 * unread would hang a caller who sends everything first. So the rest is read and thrown away, for a moment.
 */

const lingerMs = 1_000
const smallBytes = 8_192

/** To be called before the head is sent: says that the connection will close, where it will. */
export function announceEnd(response: ServerResponse): void {
  if (isStillComing(response.req)) response.setHeader('connection', 'close')
}

/** Ends an answer whose head was sent. */
export function endAnswer(response: ServerResponse, body?: Uint8Array | string): void {
  if (response.destroyed || !isStillComing(response.req)) return end(response, body)
  const close = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(close, lingerMs)
  response.once('close', close)
  response.req.once('end', close)
  response.req.on('data', () => {}).resume()
  if (body !== undefined) response.write(body)
}

/*
 * Node sends text together with the head in one simple write, but bytes beside it in a vector, which costs several times
 * as much as copying a small body. Whoever hooks into `end`, such as compression, is given the bytes.
 */
function end(response: ServerResponse, body: Uint8Array | string | undefined): void {
  const isSmall = body instanceof Buffer && body.length > 0 && body.length <= smallBytes
  if (isSmall && response.end === ServerResponse.prototype.end) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

function isStillComing(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request)
}
