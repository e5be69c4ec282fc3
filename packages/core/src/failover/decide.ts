import type { OutcomeKind } from '../outcome/outcome.ts'
import type { Protection } from './protection.ts'

/*
 * What paylb does by itself after an attempt, as a table. A second attempt is the dangerous act, so every cell says
 * `return` unless it is proven that a second one cannot charge twice. Nothing outside this file decides that.
 */

/**
 * `fail-over-unless-open`: only while no other attempt of the payment may have been executed.
 * `fail-over-within-ledger`: only to a server that shares the ledger, with the same key and bytes.
 */
export type Decision =
  | 'return'
  | 'fail-over'
  | 'fail-over-unless-open'
  | 'fail-over-within-ledger'
  | 'wait'
  | 'reconcile'

type Row = Readonly<Record<Protection, Decision>>

const provenUnsent: Row = {
  safe: 'fail-over',
  'keyed-same-ledger': 'fail-over',
  'keyed-other-ledger': 'fail-over-unless-open',
  bare: 'fail-over-unless-open',
}

const final: Row = {
  safe: 'return',
  'keyed-same-ledger': 'return',
  'keyed-other-ledger': 'return',
  bare: 'return',
}

/** The decision table, for a ledger that replays every answer it gave and never fails open. */
const decisionTable: Readonly<Record<OutcomeKind, Row>> = {
  'not-sent': provenUnsent,
  refused: provenUnsent,
  incomplete: final,
  overloaded: { ...final, safe: 'fail-over', 'keyed-same-ledger': 'fail-over-within-ledger' },
  'in-progress': { ...final, 'keyed-same-ledger': 'wait' },
  unknown: {
    safe: 'fail-over',
    'keyed-same-ledger': 'fail-over-within-ledger',
    'keyed-other-ledger': 'reconcile',
    bare: 'reconcile',
  },
  'key-misuse': final,
  declined: final,
  rejected: final,
  unauthorized: final,
  pending: final,
  succeeded: final,
}

/** What is left for another attempt. */
export interface Remaining {
  readonly attempts: number
  readonly timeMs: number
  /** The body can still be sent from its first byte. */
  readonly replayable: boolean
  /** The caller has not gone. */
  readonly callerWaits: boolean
  /** An attempt of this payment, or of an earlier request under its key, may have been executed. */
  readonly open: boolean
}

/** Looks the decision up and holds it against what is left. */
export function decide(kind: OutcomeKind, protection: Protection, remaining: Remaining): Decision {
  const decision = decisionTable[kind][protection]
  if (decision === 'return' || decision === 'reconcile') return decision
  if (remaining.timeMs <= 0 || (remaining.attempts < 1 && decision !== 'wait')) return 'return'
  if (!remaining.replayable || !remaining.callerWaits) return 'return'
  if (decision === 'fail-over-unless-open') return remaining.open ? 'return' : 'fail-over'
  return decision
}
