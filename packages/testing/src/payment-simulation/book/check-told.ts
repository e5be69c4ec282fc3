import type { PaymentOutcome } from '@paylb/core'
import type { PaymentRequest } from './payment-request.ts'

/*
 * True answers: succeeded means exactly one execution; not-executed, rejected and declined mean none, for ever after.
 * What "none" speaks of: this request, and every request of the payment whose claim the journal still knows. Where the
 * journal cannot be read, or is only one process's memory, it speaks of this request alone.
 */

/** Holds what a caller is told against the truth. */
export function checkTold(request: PaymentRequest, outcome: PaymentOutcome): void {
  const { payment, incarnation } = request
  const { world } = incarnation
  world.trace.note('told', payment.number, outcome)
  if (payment.isSafe) return
  if (outcome === 'succeeded' || outcome === 'declined') payment.isConcluded = true
  noteDecline(request, outcome)
  if (outcome === 'unknown') payment.wasToldUnknown = true
  if (outcome === 'succeeded') checkSucceeded(request)
  else if (outcome === 'not-executed' || outcome === 'rejected' || outcome === 'declined') checkNone(request, outcome)
}

function checkSucceeded({ payment, incarnation }: PaymentRequest): void {
  const { world } = incarnation
  payment.wasToldSucceeded = true
  if (payment.executions === 1) return
  if (payment.executions > 1 && world.terms.scope === 'request') return
  world.violate(payment, `its caller was told succeeded, but it was executed ${payment.executions} times`)
}

function checkNone(request: PaymentRequest, outcome: PaymentOutcome): void {
  const { payment, incarnation } = request
  const { world } = incarnation
  request.toldNone = true
  if (request.executions > 0) world.violate(payment, `its caller was told ${outcome}, but this request executed it`)
  if (payment.key === undefined || world.scenario.journal === 'memory' || request.isBlind) return
  payment.noneUpToClaim = Math.max(payment.noneUpToClaim, claimsSpokenOf(request))
  const executed = payment.exchanges.find((exchange) => exchange.hasExecuted && isSpokenOf(exchange.claim, payment))
  if (executed === undefined) return
  world.violate(
    payment,
    `its caller was told ${outcome}, but server ${executed.server.id} had executed an earlier request of it that the journal knows`,
  )
}

/* Who holds a claim speaks of everything up to now; who has settled it, or never got one, of what was known then. */
function claimsSpokenOf({ claim, claimsSettled, claimsSeen, payment }: PaymentRequest): number {
  const known = claim > 0 ? claimsSettled : claimsSeen
  return known ?? payment.claims
}

function noteDecline({ payment, lastExchange, incarnation }: PaymentRequest, outcome: PaymentOutcome): void {
  if (lastExchange?.status !== 402) return
  if (!payment.exchanges.some((earlier) => earlier !== lastExchange && !earlier.isProvenUnexecuted)) return
  const { coverage } = incarnation.world
  if (outcome === 'declined') coverage.sometimes('a decline closed an open payment')
  if (outcome === 'unknown') coverage.sometimes('a decline did not close an open payment')
}

/** Whether what was told last speaks of this claim too. */
export function isSpokenOf(
  claim: number,
  { noneUpToClaim, forgottenUpToClaim }: { readonly noneUpToClaim: number; readonly forgottenUpToClaim: number },
): boolean {
  return claim > forgottenUpToClaim && claim <= noneUpToClaim
}
