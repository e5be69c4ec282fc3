import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import type { Strike } from './fault-plan.ts'
import type { Counters } from './statistics.ts'

/* The faults of sending: by now everything was executed that ever will be. */

/** Sends an answer, or as much of it as the strike allows. */
export function sendAnswer(response: ServerResponse, answer: Answer, strike: Strike, counters: Counters): void {
  if (strike.reset === 'after') return resetConnection(response, counters)
  if (strike.stall === true) {
    counters.stalls += 1
    return
  }
  writeHead(response, answer)
  if (strike.reset === 'within') {
    sendHalf(response, answer.body, () => resetConnection(response, counters))
  } else if (strike.cutBody === true) {
    counters.cuts += 1
    sendHalf(response, answer.body, () => response.socket?.end())
  } else {
    response.end(answer.body)
  }
}

/** Ends the connection with an RST. */
export function resetConnection(response: ServerResponse, counters: Counters): void {
  counters.resets += 1
  response.socket?.resetAndDestroy()
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers })
}

function sendHalf(response: ServerResponse, body: string, onSent: () => void): void {
  response.flushHeaders()
  response.write(body.slice(0, Math.ceil(body.length / 2)), onSent)
}
