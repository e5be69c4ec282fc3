import type { PaymentRecord } from './journal.ts'

/*
 * Two readings of one age. A wall clock can jump, and a negative age says nothing about the true one. Each reading then
 * takes the side on which nothing is charged twice: the key may be too old to be recognised, so it is not resent; and
 * it may be young enough to be remembered, so its pin stays.
 */

/** Whether the ledger surely still recognises the key: its age is known and below 90 % of the time to live. */
export function isSurelyRecognised(record: PaymentRecord, ttlMs: number, wallTime: number): boolean {
  const ageMs = wallTime - record.firstDispatchedAt
  return ageMs >= 0 && ageMs < ttlMs * 0.9
}

/** Whether a pin may be forgotten. Only a concluded record is a mere pin: an open one never expires. */
export function isExpiredPin(record: PaymentRecord, ttlMs: number, wallTime: number): boolean {
  return record.state === 'concluded' && wallTime - record.firstDispatchedAt >= ttlMs
}

/** Whether the record was not written to for at least this long. A clock that went back hides nothing. */
export function isOlderThan(record: PaymentRecord, ms: number, wallTime: number): boolean {
  const ageMs = wallTime - record.updatedAt
  return ageMs < 0 || ageMs >= ms
}
