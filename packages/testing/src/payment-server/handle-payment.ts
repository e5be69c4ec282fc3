import { setTimeout as delay } from 'node:timers/promises'
import type { Payment } from '../ledger/payment.ts'
import { problemAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './context.ts'
import type { Strike } from './fault-plan.ts'
import { settlePayment } from './settle-payment.ts'

/*
 * The way of one payment: take the key → wait (where a delay strikes) → execute and store the answer in one
 * transaction. A caller that hangs up in between changes nothing: a real payment server executes all the same, long
 * after the caller's timeout.
 */

/** Executes a payment, or gives the answer that its key already has. */
export async function handlePayment(payment: Payment, strike: Strike, context: ServerContext): Promise<Answer> {
  const { ledger, settings } = context
  if (strike.keyStoreDown === true && !settings.failsOpen) {
    return problemAnswer(503, 'key-store-down', 'nothing was executed')
  }
  const heldKey = settings.dedupe === 'none' || strike.keyStoreDown === true ? undefined : payment.key
  const known = heldKey === undefined ? undefined : beginKey(heldKey, payment, context)
  if (known !== undefined) return known
  try {
    if (strike.delayMs !== undefined) await waitFor(strike.delayMs, context)
    return settlePayment(payment, heldKey, strike, context) ?? keyStillRuns(context)
  } catch (error) {
    if (heldKey !== undefined) ledger.release(heldKey)
    throw error
  }
}

/** Waits out a delay, or rejects when the server closes. */
export async function waitFor(delayMs: number, context: ServerContext): Promise<void> {
  context.counters.delays += 1
  await delay(delayMs, undefined, { signal: context.closing })
}

function beginKey(key: string, payment: Payment, context: ServerContext): Answer | undefined {
  const begun = context.ledger.begin(key, `${payment.type} ${payment.bodyHash}`)
  if (begun.state === 'begun') return undefined
  if (begun.state === 'running') return keyStillRuns(context)
  if (begun.state === 'other-request') {
    context.counters.mismatches += 1
    return problemAnswer(422, 'key-reused', 'this key came with another request before')
  }
  context.counters.replays += 1
  return { ...begun.answer, headers: { 'idempotent-replayed': 'true' } }
}

function keyStillRuns(context: ServerContext): Answer {
  context.counters.inProgress += 1
  return problemAnswer(409, 'key-in-progress', 'a request with this key is still running')
}
