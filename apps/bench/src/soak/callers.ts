import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/* Steady load: most payments with a key, some bare, some questions, and now and then a caller who hangs up. */

const body = JSON.stringify({ amount: 1_000, currency: 'EUR', note: 'x'.repeat(260) })
const bareEvery = 5
const questionEvery = 7
const hangUpEvery = 43
const hangUpAfterMs = 2
const tickMs = 20
/* After a moment in which the machine stood still, the calls that are due do not all come on connections of their own. */
const mostConnections = 64

/** What became of the calls. */
export interface Calls {
  made: number
  answered: number
  /** Those of them that were answered with 2xx. */
  succeeded: number
  /** Callers who hung up themselves. */
  left: number
  /** Calls that ended without an answer although their caller stayed. */
  unanswered: number
}

/** Calls `url` at this rate until the signal aborts, and waits for every answer. */
export async function keepCalling(url: string, rate: number, signal: AbortSignal): Promise<Calls> {
  const agent = new Agent({ keepAlive: true, maxSockets: mostConnections })
  const calls: Calls = { made: 0, answered: 0, succeeded: 0, left: 0, unanswered: 0 }
  const running = new Set<Promise<void>>()
  const startedMs = performance.now()
  while (!signal.aborted) {
    const due = ((performance.now() - startedMs) / 1_000) * rate
    for (; calls.made < due; calls.made += 1) {
      const call = once(url, calls, agent).finally(() => running.delete(call))
      running.add(call)
    }
    await setTimeout(tickMs)
  }
  await Promise.all(running)
  agent.destroy()
  return calls
}

function once(url: string, calls: Calls, agent: Agent): Promise<void> {
  const nth = calls.made
  const isQuestion = nth % questionEvery === 0
  const hangsUp = nth % hangUpEvery === 0
  const key = isQuestion || nth % bareEvery === 0 ? {} : { 'Idempotency-Key': randomUUID() }
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/json', ...key }
    const call = request(`${url}/payments/charges`, { agent, method: isQuestion ? 'GET' : 'POST', headers })
    let isAnswered = false
    let hasSucceeded = false
    call.on('response', (response) => {
      response.resume().on('error', () => {})
      response.on('end', () => {
        isAnswered = true
        hasSucceeded = Math.floor((response.statusCode ?? 0) / 100) === 2
      })
    })
    call.on('error', () => {})
    call.on('close', () => {
      if (isAnswered) calls.answered += 1
      else if (hangsUp) calls.left += 1
      else calls.unanswered += 1
      if (hasSucceeded) calls.succeeded += 1
      resolve()
    })
    call.end(isQuestion ? undefined : body)
    if (hangsUp) globalThis.setTimeout(() => call.destroy(), hangUpAfterMs)
  })
}
