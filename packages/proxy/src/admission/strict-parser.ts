import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Refusal } from './refusal.ts'

/*
 * Node's strict parser refuses what two servers could read as two different requests. With `insecureHTTPParser` it lets
 * them pass, and a second request hidden in the body of the first would be sent on as a payment.
 */

const flag = '--insecure-http-parser'
const isOff = process.execArgv.includes(flag) || (process.env['NODE_OPTIONS'] ?? '').includes(flag)
let isTold = false

/** @throws Refusal 500 for a request that a lenient parser has read; the log says why, once */
export function checkParser({ socket }: IncomingMessage): void {
  if (!isOff && !isLenient(socket)) return
  if (!isTold) {
    isTold = true
    process.emitWarning(
      'this HTTP server was made with insecureHTTPParser, so requests could be smuggled through it: paylb answers every one of them with 500. Take the option away',
      'PaylbWarning',
    )
  }
  throw new Refusal(500, 'this server cannot forward requests safely; its log says why')
}

function isLenient(socket: Socket & { readonly server?: { readonly insecureHTTPParser?: unknown } }): boolean {
  return socket.server?.insecureHTTPParser === true
}
