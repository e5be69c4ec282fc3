import type { Conclusion } from '../payments/journal.ts'
import type { OutcomeKind, PaymentOutcome } from '../outcome/outcome.ts'

/*
 * What may be told about a payment is a fold over all its attempts, not the outcome of the last one: while an earlier
 * attempt may have been executed, of this request or of an earlier one under the same key, a later refusal proves
 * nothing about it.
 */

const told: Readonly<Record<OutcomeKind, PaymentOutcome>> = {
  'not-sent': 'not-executed',
  refused: 'not-executed',
  incomplete: 'not-executed',
  overloaded: 'unknown',
  'in-progress': 'pending',
  'key-misuse': 'rejected',
  unknown: 'unknown',
  declined: 'declined',
  rejected: 'rejected',
  unauthorized: 'rejected',
  pending: 'pending',
  succeeded: 'succeeded',
}

/** Whether an attempt with this outcome may have been executed, or may still be. */
export function isOpen(kind: OutcomeKind): boolean {
  return kind === 'unknown' || kind === 'in-progress' || kind === 'pending' || kind === 'overloaded'
}

/** What is known beside the attempts of one request. */
export interface FoldContext {
  /** A decline proves that no earlier attempt was executed: only on the same ledger, and only when it replays everything. */
  readonly declineCloses?: boolean
  /** An earlier request under the same key may have been executed. */
  readonly openBefore?: boolean
  /** What an earlier request under the same key came to. A refusal of this one does not undo it. */
  readonly concludedBefore?: Conclusion | undefined
}

/**
 * The outcome that may be told.
 *
 * @param kinds the outcomes of all attempts, in order; none means that nothing was sent
 */
export function fold(kinds: readonly OutcomeKind[], context: FoldContext = {}): PaymentOutcome {
  const last = kinds.at(-1)
  const outcome = last === undefined ? 'not-executed' : told[last]
  if (outcome === 'succeeded' || (last !== undefined && isOpen(last))) return outcome
  if (context.concludedBefore === 'succeeded' && last !== 'key-misuse') return 'succeeded'
  const openBefore = context.openBefore === true || kinds.slice(0, -1).some((kind) => isOpen(kind))
  if (!openBefore) return outcome
  return outcome === 'declined' && context.declineCloses === true ? 'declined' : 'unknown'
}
