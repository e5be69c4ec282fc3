import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { checkLedgers, formatLedgerReport } from '../src/index.ts'
import type { LedgerReport, PaymentServer, ToldOutcome, ToldPayment } from '../src/index.ts'
import { charge } from './support/client.ts'
import { start, temporaryFile } from './support/scope.ts'

type Violation = 'chargedTwice' | 'lost' | 'misreported' | 'unannounced'

const keysOf = (report: LedgerReport, violation: Violation) => report[violation].map((payment) => payment.key)

let one: PaymentServer
let other: PaymentServer

/* Two ledgers: a and b were executed by one server, c by the other, d by none. */
beforeEach(async () => {
  one = await start({ id: 'one', ledgerFile: temporaryFile('one.sqlite') })
  other = await start({ id: 'other', ledgerFile: temporaryFile('other.sqlite') })
  await charge(one, 'a')
  await charge(one, 'b')
  await charge(other, 'c')
})

function check(outcomes: Record<string, ToldOutcome>): LedgerReport {
  const told = Object.entries(outcomes).map(([key, outcome]): ToldPayment => ({ key, outcome }))
  return checkLedgers({ ledgers: [one.ledgerFile, other.ledgerFile], told })
}

const truth = { a: 'succeeded', b: 'unknown', c: 'succeeded', d: 'declined' } as const

test('a true account is ok and counted', () => {
  expect(check({ ...truth, e: 'unknown', f: 'pending', g: 'rejected', h: 'not-executed' })).toEqual({
    payments: 8,
    executions: 3,
    succeeded: 2,
    declined: 1,
    rejected: 1,
    notExecuted: 1,
    pending: 1,
    unknown: 2,
    chargedTwice: [],
    lost: [],
    misreported: [],
    unannounced: [],
    ok: true,
    perServer: { one: 2, other: 1 },
  })
})

describe('a violation is found', () => {
  test('charged twice, over two ledgers', async () => {
    await charge(other, 'a')
    const report = check(truth)
    expect([report.ok, keysOf(report, 'chargedTwice')]).toEqual([false, ['a']])
    expect(report.chargedTwice[0]?.executions.map((execution) => execution.serverId)).toEqual(['one', 'other'])
  })

  test('charged twice, in one ledger that was tampered with', () => {
    const ledger = new DatabaseSync(one.ledgerFile)
    ledger.exec(
      `INSERT INTO executions (payment_id, type, key, reference, server_id, amount, currency, body_hash, at_ms)
       SELECT 'again', type, key, reference, server_id, amount, currency, body_hash, at_ms FROM executions LIMIT 1`,
    )
    ledger.close()
    expect(keysOf(check(truth), 'chargedTwice')).toEqual(['a'])
  })

  test('charged twice, even though the caller was told unknown', async () => {
    await charge(other, 'b')
    expect(keysOf(check(truth), 'chargedTwice')).toEqual(['b'])
  })

  test('lost: told succeeded, and never executed', () => {
    const report = check({ ...truth, d: 'succeeded' })
    expect([report.ok, keysOf(report, 'lost')]).toEqual([false, ['d']])
  })

  test('lost: an execution vanished from the ledger', () => {
    const ledger = new DatabaseSync(one.ledgerFile)
    ledger.exec("DELETE FROM executions WHERE key = 'a'")
    ledger.close()
    expect(keysOf(check(truth), 'lost')).toEqual(['a'])
  })

  test.each(['declined', 'rejected', 'not-executed'] as const)('misreported: told %s, and executed', (outcome) => {
    const report = check({ ...truth, c: outcome })
    expect([report.ok, keysOf(report, 'misreported')]).toEqual([false, ['c']])
  })

  test('unannounced: executed, and nobody was told', () => {
    const { c: _, ...withoutC } = truth
    const report = check(withoutC)
    expect([report.ok, keysOf(report, 'unannounced'), report.payments]).toEqual([false, ['c'], 3])
  })
})

test.each(['pending', 'unknown'] as const)('%s may be executed or not', (outcome) => {
  expect(check({ ...truth, a: outcome, d: outcome }).ok).toBe(true)
})

describe('bare payments', () => {
  test('are found by their reference', async () => {
    const server = await start({ ledgerFile: temporaryFile('bare.sqlite') })
    await charge(server)
    const checkBare = (outcome: ToldOutcome) =>
      checkLedgers({ ledgers: [server.ledgerFile], told: [{ reference: 'bare', outcome }] })
    expect(checkBare('succeeded').ok).toBe(true)
    expect(checkBare('declined').misreported).toMatchObject([{ reference: 'bare', executions: [{ amount: 1_000 }] }])
    await charge(server)
    expect(checkBare('succeeded').chargedTwice).toHaveLength(1)
  })
})

describe('what cannot be checked is refused', () => {
  const told: ToldPayment[] = []

  test('a missing ledger', () => {
    const file = temporaryFile('missing.sqlite')
    expect(() => checkLedgers({ ledgers: [file], told })).toThrow(`There is no ledger ${file}`)
  })

  test.each(['', 'not a database. '.repeat(100)])('a file that holds %j', (content) => {
    const file = temporaryFile('foreign.sqlite')
    writeFileSync(file, content)
    expect(() => checkLedgers({ ledgers: [file], told })).toThrow(/foreign\.sqlite is not a ledger/u)
  })

  test('a database of something else', () => {
    const file = temporaryFile('foreign.sqlite')
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE executions (id)')
    database.close()
    expect(() => checkLedgers({ ledgers: [file], told })).toThrow(/foreign\.sqlite is not a ledger/u)
  })

  test.each([
    [[{ key: 'a', outcome: 'failed' }], 'told[0].outcome: "failed" is not allowed; expected "succeeded"'],
    [[{ outcome: 'unknown' }], 'told[0]: {"outcome":"unknown"} is not allowed; expected a reference or a key'],
    [[{ key: 'a' }], 'told[0].outcome: undefined is not allowed'],
    [
      [
        { key: 'a', outcome: 'unknown' },
        { key: 'a', outcome: 'succeeded' },
      ],
      'told[1]: charge with key a was told of before',
    ],
  ])('told %j', (wrong, message) => {
    expect(() => checkLedgers({ ledgers: [one.ledgerFile], told: wrong as ToldPayment[] })).toThrow(message)
  })
})

test('a ledger can be checked after its server has closed', async () => {
  await one.close()
  expect(check(truth).ok).toBe(true)
})

describe('the report as text', () => {
  test('of a true account', () => {
    expect(formatLedgerReport(check(truth))).toBe(
      [
        'payments       4',
        'succeeded      2',
        'declined       1',
        'rejected       0',
        'not executed   0',
        'pending        0',
        'unknown        1',
        'executions     3',
        '  on one       2',
        '  on other     1',
        'charged twice  0',
        'lost           0',
        'misreported    0',
        'unannounced    0',
        'The ledgers agree with what was told.',
      ].join('\n'),
    )
  })

  test('names each violation, up to twenty of a kind', () => {
    const lost = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`x-${index}`, 'succeeded' as const]))
    const lines = formatLedgerReport(check({ ...truth, ...lost })).split('\n')
    expect(lines).toContain('lost: charge (key x-19), told succeeded, executed never')
    expect(lines).toContain('lost: and 5 more')
    expect(lines.at(-1)).toBe('The ledgers DO NOT agree with what was told.')
  })
})
