import type { PaymentOutcome } from '../outcome/outcome.ts'
import { changed, freshRecord } from './fresh-record.ts'
import { JournalConflictError } from './journal-errors.ts'
import type { Begun, Claim, Conclusion, Dispatch, PaymentIntent, PaymentRecord, Resolution } from './journal.ts'
import { isExpiredPin, isOlderThan } from './record-age.ts'

/*
 * What every journal decides, as pure functions from the record that was found to the record that is written, so that
 * journals differ only in where they keep records. A journal calls them between reading and writing, in one transaction.
 */

/** What a rule must know beside the record. */
export interface JournalView {
  readonly wallTime: number
  readonly ttlMs: number
  /** For intents that do not say whether they keep their pin. */
  readonly keepsPins: boolean
  /** Who asks. */
  readonly owner: string
  /** An epoch above every earlier one of this journal, so that no claim ever fits a later record of its key. */
  nextEpoch(): number
  /** Whether the process with this id is alive, as far as can be told. The asker always is. */
  isAlive(owner: string): boolean
}

/** What is to be written: a record, `forget` to delete the one that was found, or undefined for nothing. */
export type JournalWrite = PaymentRecord | 'forget' | undefined

const strength: Readonly<Record<Conclusion, number>> = { rejected: 1, declined: 2, succeeded: 3 }

function begin(
  found: PaymentRecord | undefined,
  intent: PaymentIntent,
  first: Dispatch,
  view: JournalView,
  makeRecord: typeof freshRecord = freshRecord,
): { readonly begun: Begun; readonly write: JournalWrite } {
  if (found === undefined || isExpiredPin(found, view.ttlMs, view.wallTime)) {
    const record = makeRecord(intent, first, view)
    return { begun: { state: 'fresh', claim: claimOf(record), record, isDispatched: true }, write: record }
  }
  if (isOtherRequest(found, intent)) return { begun: { state: 'key-reused', record: found }, write: undefined }
  if (isLive(found, view)) return { begun: { state: 'in-progress', record: found }, write: undefined }
  const isDispatched = found.ledger === first.ledger
  const claimed = changed(claim(found, view), { keepsPin: found.keepsPin || (intent.keepsPin ?? view.keepsPins) })
  const write = isDispatched ? withServer(claimed, first.server) : claimed
  const record = changed(write, { state: found.state === 'concluded' ? found.state : 'open' })
  return { begun: { state: 'known', claim: claimOf(write), record, isDispatched }, write }
}

/** Whether a key stands for another request than this one. Only two fingerprints over whole bodies can prove that. */
export function isOtherRequest(found: PaymentRecord, intent: PaymentIntent): boolean {
  if (found.isPartialFingerprint || intent.isPartialFingerprint === true) return false
  if (found.fingerprint === undefined || intent.fingerprint === undefined) return false
  return found.fingerprint !== intent.fingerprint
}

function isLive(found: PaymentRecord, view: JournalView): boolean {
  return found.state === 'in-flight' && (found.owner === view.owner || view.isAlive(found.owner))
}

/* A record that was in flight under a dead owner may have been sent: it counts as open. */
function claim(found: PaymentRecord, view: JournalView): PaymentRecord {
  return changed(found, {
    state: 'in-flight',
    outcome: found.state === 'in-flight' ? 'unknown' : found.outcome,
    hasOpenAttempt: found.hasOpenAttempt || found.state !== 'concluded',
    updatedAt: view.wallTime,
    owner: view.owner,
    epoch: view.nextEpoch(),
  })
}

function dispatching(
  found: PaymentRecord | undefined,
  claimed: Claim,
  dispatch: Dispatch,
  wallTime: number,
): PaymentRecord {
  const record = held(found, claimed)
  const isPinned = record.hasOpenAttempt || record.conclusion !== undefined
  if (isPinned && record.ledger !== dispatch.ledger) {
    throw new JournalConflictError('The payment is pinned to another ledger, and must not be sent to this one')
  }
  return changed(withServer(record, dispatch.server), { ledger: dispatch.ledger, updatedAt: wallTime })
}

function settle(
  found: PaymentRecord | undefined,
  claimed: Claim,
  outcome: PaymentOutcome,
  wallTime: number,
): PaymentRecord | 'forget' {
  const record = held(found, claimed)
  if (outcome === 'succeeded' || outcome === 'declined') return conclude(record, outcome, wallTime)
  const isOpen = outcome === 'unknown' || outcome === 'pending'
  if (isOpen) return changed(record, { state: 'open', outcome, hasOpenAttempt: true, updatedAt: wallTime })
  if (record.hasOpenAttempt) {
    return changed(record, { state: 'open', outcome: record.outcome ?? 'unknown', updatedAt: wallTime })
  }
  return conclude(record, outcome === 'rejected' ? outcome : undefined, wallTime)
}

/* The record, if this claim is the last one on it. Epochs are never used twice, so nothing else needs to be compared. */
function held(found: PaymentRecord | undefined, claimed: Claim): PaymentRecord {
  if (found?.state === 'in-flight' && found.epoch === claimed.epoch) return found
  throw new JournalConflictError('The claim on this payment was lost: another process has taken it over or settled it')
}

function conclude(record: PaymentRecord, outcome: Conclusion | undefined, wallTime: number): PaymentRecord | 'forget' {
  const conclusion = stronger(record.conclusion, outcome)
  if (conclusion === undefined || !record.keepsPin) return 'forget'
  const end = { outcome: conclusion, hasOpenAttempt: false, conclusion, updatedAt: wallTime }
  return changed(record, { state: 'concluded', ...end })
}

function stronger(one: Conclusion | undefined, other: Conclusion | undefined): Conclusion | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return strength[one] >= strength[other] ? one : other
}

function takeOver(
  found: PaymentRecord | undefined,
  epoch: number | undefined,
  view: JournalView,
): PaymentRecord | undefined {
  if (found === undefined || found.state === 'concluded' || isLive(found, view)) return undefined
  return epoch === undefined || epoch === found.epoch ? claim(found, view) : undefined
}

function resolve(found: PaymentRecord | undefined, outcome: Resolution, view: JournalView): JournalWrite {
  if (found === undefined || found.state === 'concluded' || isLive(found, view)) return undefined
  const record = changed(claim(found, view), { hasOpenAttempt: false })
  return conclude(record, outcome === 'not-executed' ? undefined : outcome, view.wallTime)
}

function isUnsettled(record: PaymentRecord, olderThanMs: number, view: JournalView): boolean {
  if (record.state === 'concluded' || isLive(record, view)) return false
  return isOlderThan(record, olderThanMs, view.wallTime)
}

function claimOf(record: PaymentRecord): Claim {
  return { key: record.key, epoch: record.epoch }
}

function withServer(record: PaymentRecord, server: string): PaymentRecord {
  return record.servers.includes(server) ? record : changed(record, { servers: [...record.servers, server] })
}

/** The rules that a journal is made of. */
export const journalRules: {
  readonly begin: typeof begin
  readonly dispatching: typeof dispatching
  readonly settle: typeof settle
  readonly takeOver: typeof takeOver
  readonly resolve: typeof resolve
  readonly isUnsettled: typeof isUnsettled
  readonly isExpiredPin: typeof isExpiredPin
} = { begin, dispatching, settle, takeOver, resolve, isUnsettled, isExpiredPin }
