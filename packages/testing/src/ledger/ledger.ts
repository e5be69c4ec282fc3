import type { DatabaseSync } from 'node:sqlite'
import { isProcessAlive, newKeyOwner } from './key-owner.ts'
import { openLedgerFile } from './ledger-file.ts'
import type { Execution, Payment, StoredAnswer } from './payment.ts'

/*
 * The ledger of a payment server: who owns which key, and which money moved. Every call is synchronous, so a
 * transaction never spans two turns of the event loop.
 */

/** What a request finds when it begins work under a key. */
export type Begun =
  | { readonly state: 'begun' }
  | { readonly state: 'running' }
  | { readonly state: 'other-request' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }

/** What a ledger knows of a key. */
export type KeyState = Exclude<Begun, { state: 'begun' | 'other-request' }> | undefined

/** A charge and how much of it was refunded so far. */
export interface ChargeBalance {
  readonly amount: number
  readonly refunded: number
}

interface KeyRow {
  readonly fingerprint: string
  readonly owner: string
  readonly owner_pid: number
  readonly status: number | null
  readonly body: string | null
}

export class Ledger {
  readonly #database: DatabaseSync
  readonly #owner = newKeyOwner()
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(file: string, busyTimeoutMs: number) {
    this.#database = openLedgerFile(file, busyTimeoutMs)
    this.#statements = prepareStatements(this.#database)
  }

  /** Takes a key, unless it is known already: then nothing changes and the answer says what is known. */
  begin(key: string, fingerprint: string): Begun {
    const { id, pid } = this.#owner
    if (this.#statements.insertKey.run(key, fingerprint, id, pid).changes === 1) return { state: 'begun' }
    const row = this.#keyRow(key)
    if (row === undefined) return { state: 'running' }
    if (row.fingerprint !== fingerprint) return { state: 'other-request' }
    if (row.status === null && !isProcessAlive(row.owner_pid)) return this.#takeOver(key, row.owner)
    return stateOf(row)
  }

  /** What is known of a key, without taking it. */
  find(key: string): KeyState {
    const row = this.#keyRow(key)
    return row === undefined ? undefined : stateOf(row)
  }

  /** Whether this server still owns a key that it began. Only then may it execute. */
  owns(key: string): boolean {
    const row = this.#keyRow(key)
    return row?.status === null && row.owner === this.#owner.id
  }

  /** Stores the answer that every later request with this key is given. */
  remember(key: string, answer: StoredAnswer): void {
    this.#statements.remember.run(answer.status, answer.body, key, this.#owner.id)
  }

  /** Gives up a key that this server began: the ledger forgets it. */
  release(key: string): void {
    this.#statements.release.run(key, this.#owner.id)
  }

  recordExecution(execution: Execution): void {
    const { paymentId, serverId, atMs, amount, currency } = execution
    const { type, key, reference, charge, bodyHash } = optionalsAsNull(execution)
    const insert = this.#statements.insertExecution
    insert.run(paymentId, type, key, reference, serverId, amount, currency, charge, bodyHash, atMs)
  }

  recordDecline(payment: Payment, serverId: string, atMs: number): void {
    const { type, key, reference, bodyHash } = optionalsAsNull(payment)
    this.#statements.insertDecline.run(type, key, reference, serverId, bodyHash, atMs)
  }

  findCharge(paymentId: string): ChargeBalance | undefined {
    return this.#statements.findCharge.get(paymentId) as ChargeBalance | undefined
  }

  /** Runs `work` so that all it writes is kept, or nothing. */
  inTransaction<Result>(work: () => Result): Result {
    this.#statements.beginTransaction.run()
    try {
      const result = work()
      this.#statements.commit.run()
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#statements.rollback.run()
      throw error
    }
  }

  /** Gives up all keys that this server still works on, and closes the file. */
  close(): void {
    try {
      this.#statements.releaseAll.run(this.#owner.id)
    } finally {
      this.#database.close()
    }
  }

  #keyRow(key: string): KeyRow | undefined {
    return this.#statements.findKey.get(key) as unknown as KeyRow | undefined
  }

  #takeOver(key: string, formerOwner: string): Begun {
    const { id, pid } = this.#owner
    const taken = this.#statements.takeOver.run(id, pid, key, formerOwner).changes === 1
    return { state: taken ? 'begun' : 'running' }
  }
}

function stateOf(row: KeyRow): Exclude<KeyState, undefined> {
  if (row.status === null || row.body === null) return { state: 'running' }
  return { state: 'answered', answer: { status: row.status, body: row.body } }
}

function optionalsAsNull(payment: Payment) {
  const { type, key = null, reference = null, charge = null, bodyHash } = payment
  return { type, key, reference, charge, bodyHash }
}

/* Returns one object of compiled statements, so that no request compiles SQL. */
function prepareStatements(database: DatabaseSync) {
  const executionColumns = 'payment_id, type, key, reference, server_id, amount, currency, charge, body_hash, at_ms'
  const declineColumns = 'type, key, reference, server_id, body_hash, at_ms'
  const unfinishedAndOurs = 'status IS NULL AND owner = ?'
  return {
    beginTransaction: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    insertKey: database.prepare(
      'INSERT INTO idempotency_keys (key, fingerprint, owner, owner_pid) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    findKey: database.prepare('SELECT * FROM idempotency_keys WHERE key = ?'),
    takeOver: database.prepare(
      `UPDATE idempotency_keys SET owner = ?, owner_pid = ? WHERE key = ? AND ${unfinishedAndOurs}`,
    ),
    remember: database.prepare(
      `UPDATE idempotency_keys SET status = ?, body = ? WHERE key = ? AND ${unfinishedAndOurs}`,
    ),
    release: database.prepare(`DELETE FROM idempotency_keys WHERE key = ? AND ${unfinishedAndOurs}`),
    releaseAll: database.prepare(`DELETE FROM idempotency_keys WHERE ${unfinishedAndOurs}`),
    insertExecution: database.prepare(
      `INSERT INTO executions (${executionColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertDecline: database.prepare(`INSERT INTO declines (${declineColumns}) VALUES (?, ?, ?, ?, ?, ?)`),
    findCharge: database.prepare(
      `SELECT amount, (SELECT coalesce(sum(amount), 0) FROM executions WHERE charge = charged.payment_id) AS refunded
       FROM executions AS charged WHERE payment_id = ? AND type = 'charge'`,
    ),
  }
}
