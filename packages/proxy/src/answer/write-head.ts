import { ServerResponse } from 'node:http'
import type { TransportAnswer } from '@paylb/undici'
import { eachField } from '@paylb/core/doors'

/*
 * The server's fields stand beside those that the app has set, and win over them. They are set one by one: middleware
 * that hooks into `writeHead`, such as sessions and compression, does not expect the flat list that Node takes there.
 */

/* What the app has put into these is kept beside the server's: its own cookies, and what its own answers vary by. */
const sharedFields: ReadonlySet<string> = new Set(['set-cookie', 'vary'])

/** Sends status line and fields. @param headers a flat list of names and values */
export function writeHead(answer: TransportAnswer, headers: readonly string[], response: ServerResponse): void {
  const { status, statusMessage } = answer
  if (isUntouched(response)) return void response.writeHead(status, statusMessage, headers as string[])
  const replaced = new Set<string>()
  eachField(headers, (name, value) => {
    const field = name.toLowerCase()
    if (replaced.has(field) || sharedFields.has(field)) response.appendHeader(name, value)
    else response.setHeader(name, value)
    replaced.add(field)
  })
  response.writeHead(status, statusMessage)
}

/* Nobody has set a field, and nobody hooks into `writeHead`. */
function isUntouched(response: ServerResponse): boolean {
  return response.writeHead === ServerResponse.prototype.writeHead && response.getHeaderNames().length === 0
}
