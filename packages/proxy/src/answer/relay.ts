import type { ServerResponse } from 'node:http'
import type { TransportAnswer } from '@paylb/undici'

/*
 * Hands a server's answer to the caller: small ones whole, long ones as they come. A body that breaks off breaks the
 * caller's connection too: a clean end would make half an answer look like a whole one.
 */

/** What to do when the caller goes away while a long answer is on its way: read it to its end, or give it up. */
export type WhenCallerLeaves = 'read-on' | 'abandon'

/** Sends an answer. */
export function relay(
  answer: TransportAnswer,
  headers: string[],
  response: ServerResponse,
  whenCallerLeaves: WhenCallerLeaves,
): void {
  if (!response.destroyed) response.writeHead(answer.status, answer.statusMessage, headers)
  if (answer.stream === undefined) return void response.end(answer.body)
  const reader = answer.stream({
    data: (chunk) => (response.destroyed ? true : response.write(chunk)),
    end: () => response.end(),
    cut: () => response.destroy(),
  })
  response.on('drain', () => reader.resume())
  const leave = (): void => {
    if (response.writableFinished) return
    if (whenCallerLeaves === 'abandon') reader.abandon()
    else reader.resume()
  }
  if (response.destroyed) leave()
  else response.once('close', leave)
}
