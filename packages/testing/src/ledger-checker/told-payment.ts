import type { PaymentType } from '../ledger/payment.ts'
import { checkFields, notAllowed, oneOf, text } from '../validation.ts'

/** What a caller can be told of a payment. */
export type ToldOutcome = 'succeeded' | 'declined' | 'rejected' | 'not-executed' | 'pending' | 'unknown'

/** One payment of a caller, and the last thing that the caller was told of it. */
export interface ToldPayment {
  /** The `reference` in the body. With a reference, the key is not looked at. */
  readonly reference?: string
  /** The idempotency key. */
  readonly key?: string
  /** `charge` unless given. */
  readonly type?: PaymentType
  readonly outcome: ToldOutcome
}

const toldRules = {
  reference: text,
  key: text,
  type: oneOf('charge', 'refund'),
  outcome: oneOf('succeeded', 'declined', 'rejected', 'not-executed', 'pending', 'unknown'),
}

/** @throws TypeError when a payment has no name, or its outcome is none of the known ones */
export function checkTold(told: ToldPayment, index: number): void {
  const path = `told[${index}]`
  checkFields(told, toldRules, path)
  const { reference, key, outcome } = told
  if (reference === undefined && key === undefined) throw notAllowed(path, told, 'a reference or a key')
  if (outcome === undefined) throw notAllowed(`${path}.outcome`, outcome, toldRules.outcome.allowed)
}
