import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/*
 * Plain `node:http` on a connection of its own: a test may have put another dispatcher under the global fetch.
 */

/**
 * Sends one command to a control server.
 *
 * @returns the text of the answer
 * @throws TypeError with the server's words when it refuses the command, Error when it cannot be reached
 */
export async function sendCommand(controlUrl: string, method: string, path: string, content = ''): Promise<string> {
  const request = httpRequest(new URL(path, controlUrl), { method, agent: false })
  request.end(content)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const answer = await text(response)
  if (response.statusCode === 400) throw new TypeError(answer)
  if (response.statusCode !== 200 && response.statusCode !== 204) throw new Error(`${method} ${path}: ${answer}`)
  return answer
}
