import { randomUUID } from 'node:crypto'
import type { Payment } from '../ledger/payment.ts'
import { jsonAnswer, problemAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { ServerContext } from './context.ts'
import type { Strike } from './fault-plan.ts'

/*
 * The moment in which money moves. The execution, the proof that the key is still ours and the stored answer are one
 * transaction, so that a process killed at any instant leaves both or neither.
 */

/**
 * Executes or declines a payment.
 *
 * @param heldKey the key that was begun for it, if any
 * @returns the answer, or `undefined` when another server took the key over: then nothing was executed
 */
export function settlePayment(
  payment: Payment,
  heldKey: string | undefined,
  strike: Strike,
  context: ServerContext,
): Answer | undefined {
  const { ledger, counters } = context
  const settled = ledger.inTransaction(() => {
    if (heldKey !== undefined && !ledger.owns(heldKey)) return undefined
    const conclusion = conclude(payment, strike, context)
    if (heldKey !== undefined) storeAnswer(heldKey, conclusion, strike, context)
    return conclusion
  })
  if (settled?.kind === 'executed') counters.executions += 1
  if (settled?.kind === 'declined') counters.declines += 1
  return settled?.answer
}

interface Conclusion {
  readonly kind: 'executed' | 'declined' | 'refused'
  readonly answer: Answer
}

function conclude(payment: Payment, strike: Strike, context: ServerContext): Conclusion {
  const refusal = payment.type === 'refund' ? refuseRefund(payment, context) : undefined
  if (refusal !== undefined) return { kind: 'refused', answer: refusal }
  const { type, amount, currency, reference, charge } = payment
  const facts = { type, amount, currency, reference, charge, server: context.id }
  const atMs = Date.now()
  if (strike.decline === true) {
    context.ledger.recordDecline(payment, context.id, atMs)
    return { kind: 'declined', answer: jsonAnswer(402, { status: 'declined', ...facts }) }
  }
  const paymentId = `${type}-${randomUUID()}`
  context.ledger.recordExecution({ ...payment, paymentId, serverId: context.id, atMs })
  return { kind: 'executed', answer: jsonAnswer(201, { id: paymentId, status: 'succeeded', ...facts }) }
}

function refuseRefund(refund: Payment, context: ServerContext): Answer | undefined {
  const charge = context.ledger.findCharge(refund.charge ?? '')
  if (charge === undefined) return problemAnswer(404, 'no-such-charge', 'this ledger has no charge with that id')
  if (charge.refunded + refund.amount <= charge.amount) return undefined
  return problemAnswer(400, 'refund-too-large', `${charge.amount - charge.refunded} can still be refunded`)
}

/* A refusal says nothing of the payment's fate, so its key stays free. */
function storeAnswer(key: string, { kind, answer }: Conclusion, strike: Strike, context: ServerContext): void {
  const isAnsweredAsSuccess = kind === 'executed' && strike.errorBurst === undefined
  const isKept = context.settings.dedupe === 'everything' ? kind !== 'refused' : isAnsweredAsSuccess
  if (isKept) context.ledger.remember(key, answer)
  else context.ledger.release(key)
}
