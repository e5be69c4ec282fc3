import type { ServerResponse } from 'node:http'
import type { TransportAnswer } from '@paylb/undici'
import { announceEnd, endAnswer } from './end-answer.ts'
import { writeHead } from './write-head.ts'

/*
 * Hands a server's answer to the caller: small ones whole, long ones as they come. A body that breaks off breaks the
 * caller's connection too: a clean end would make half an answer look like a whole one.
 */

/**
 * Sends an answer. When its caller leaves in the middle, it is read on: giving it up, where it should be, is done by the
 * request's signal.
 */
export function relay(answer: TransportAnswer, headers: readonly string[], response: ServerResponse): void {
  announceEnd(response)
  if (!response.destroyed) writeHead(answer, headers, response)
  if (answer.stream === undefined) return endAnswer(response, answer.body)
  const reader = answer.stream({
    data: (chunk) => (response.destroyed ? true : response.write(chunk)),
    end: () => endAnswer(response),
    cut: () => breakOff(response),
  })
  response.on('drain', () => reader.resume())
  response.once('close', () => reader.resume())
  if (!response.destroyed) response.flushHeaders() // the first byte of the body may take its time
}

/* To an HTTP/1.0 caller the end of the connection is the end of the body, so there only a reset looks broken. */
function breakOff(response: ServerResponse): void {
  const { req, socket } = response
  const isPlainTcp = socket?.remoteAddress !== undefined && !('encrypted' in socket)
  if (isPlainTcp && req.httpVersion === '1.0') socket.resetAndDestroy()
  response.destroy()
}
