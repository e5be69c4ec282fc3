import { crc32 } from 'node:zlib'
import type { PaymentRecord } from '@paylb/core'

/* A record as it stands in the table: what is searched for in columns, the rest as JSON, all of it under a checksum. */

/** One row of `payments`. */
export interface RecordRow {
  readonly key: string
  readonly state: number
  readonly owner: string
  readonly epoch: number
  readonly first_dispatched_at: number
  readonly updated_at: number
  readonly details: string
  readonly checksum: number
}

type Searched = 'key' | 'state' | 'owner' | 'epoch' | 'firstDispatchedAt' | 'updatedAt'

/* Their order is their number in the file. */
const states = ['in-flight', 'open', 'concluded'] as const
const numberOf: Readonly<Record<PaymentRecord['state'], number>> = { 'in-flight': 0, open: 1, concluded: 2 }

/** The row of a record. */
export function rowOf(record: PaymentRecord): RecordRow {
  const row = {
    key: keyToText(record.key),
    state: numberOf[record.state],
    owner: record.owner,
    epoch: record.epoch,
    first_dispatched_at: record.firstDispatchedAt,
    updated_at: record.updatedAt,
    details: detailsOf(record),
    checksum: 0,
  }
  row.checksum = checksumOf(row)
  return row
}

/* Spelt out: copying the rest of an object costs more than all else here. */
function detailsOf(record: PaymentRecord): string {
  const details: Omit<PaymentRecord, Searched> = {
    fingerprint: record.fingerprint,
    isPartialFingerprint: record.isPartialFingerprint,
    method: record.method,
    target: record.target,
    ledger: record.ledger,
    servers: record.servers,
    outcome: record.outcome,
    hasOpenAttempt: record.hasOpenAttempt,
    conclusion: record.conclusion,
    keepsPin: record.keepsPin,
    startedAt: record.startedAt,
  }
  return JSON.stringify(details)
}

/** The record of a row, or undefined when the row is not what was written. */
export function recordOf(row: RecordRow): PaymentRecord | undefined {
  const state = states[row.state]
  if (state === undefined || row.checksum !== checksumOf(row)) return undefined
  const details = JSON.parse(row.details) as Omit<PaymentRecord, Searched>
  return {
    key: textToKey(row.key),
    fingerprint: details.fingerprint,
    isPartialFingerprint: details.isPartialFingerprint,
    method: details.method,
    target: details.target,
    ledger: details.ledger,
    servers: details.servers,
    state,
    outcome: details.outcome,
    hasOpenAttempt: details.hasOpenAttempt,
    conclusion: details.conclusion,
    keepsPin: details.keepsPin,
    startedAt: details.startedAt,
    firstDispatchedAt: row.first_dispatched_at,
    updatedAt: row.updated_at,
    owner: row.owner,
    epoch: row.epoch,
  }
}

/** The text that stands for a key. SQLite's text can hold every key but one with NUL or half a surrogate pair. */
export function keyToText(key: string): string {
  return key.startsWith('"') || key.includes('\0') || !key.isWellFormed() ? JSON.stringify(key) : key
}

function textToKey(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text
}

function checksumOf(row: Omit<RecordRow, 'checksum'>): number {
  const { key, state, owner, epoch, first_dispatched_at: first, updated_at: updated, details } = row
  return crc32(`${state}|${epoch}|${first}|${updated}|${owner}|${key.length}|${key}|${details}`)
}
