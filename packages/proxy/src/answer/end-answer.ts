import type { IncomingMessage, ServerResponse } from 'node:http'
import { hasBody } from '../admission/request-body.ts'

/*
 * An answer may be given before the request's body has come as a whole. The connection is of no use afterwards. But
 * closing it with bytes unread resets it, which may cost the caller the answer (RFC 9112, section 9.6), and leaving it
 * unread would hang a caller who sends everything first. So the rest is read and thrown away, for a moment.
 */

const lingerMs = 1_000

/** To be called before the head is sent: says that the connection will close, where it will. */
export function announceEnd(response: ServerResponse): void {
  if (isStillComing(response.req)) response.setHeader('connection', 'close')
}

/** Ends an answer whose head was sent. */
export function endAnswer(response: ServerResponse, body?: Uint8Array | string): void {
  if (response.destroyed || !isStillComing(response.req)) return void response.end(body)
  const end = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMs)
  response.once('close', end)
  response.req.once('end', end)
  response.req.on('data', () => {}).resume()
  if (body !== undefined) response.write(body)
}

function isStillComing(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request)
}
