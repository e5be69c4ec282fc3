import type { OutcomeKind, PaymentOutcome } from '../outcome/outcome.ts'

/*
 * What may be told about a payment is a fold over all its attempts, not the outcome of the last one: while an earlier
 * attempt may have been executed, a later refusal proves nothing about it.
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

/**
 * The outcome that may be told.
 *
 * @param kinds the outcomes of all attempts, in order; none means that nothing was ever sent
 * @param declineCloses whether a decline proves that no earlier attempt was executed: only on the same ledger, and only
 *   when that ledger replays everything
 */
export function fold(kinds: readonly OutcomeKind[], declineCloses = false): PaymentOutcome {
  const last = kinds.at(-1)
  if (last === undefined) return 'not-executed'
  const openBefore = kinds.slice(0, -1).some((kind) => isOpen(kind))
  if (!openBefore || last === 'succeeded' || isOpen(last)) return told[last]
  return last === 'declined' && declineCloses ? 'declined' : 'unknown'
}
