import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { InvalidOptionsError, JournalUnavailableError } from '@paylb/core'
import { describe, expect, test } from 'vitest'
import { JournalFileError, sqliteJournal } from '../src/index.ts'
import { temporaryFile } from './support/temporary-folder.ts'
import { acknowledgedKeys, fillJournal, keysIn } from './support/filled-journal.ts'

describe('the file', () => {
  test('is made where it is missing, readable by its owner only, and so is what stands beside it', async () => {
    const file = temporaryFile()
    const journal = sqliteJournal({ file })
    for (const name of [file, `${file}-wal`, `${file}-shm`, `${file}-acknowledged`]) {
      expect([name, (statSync(name).mode & 0o777).toString(8)]).toEqual([name, '600'])
    }
    await journal.close()
    expect(existsSync(`${file}-wal`)).toBe(false)
  })

  test('holds after a close what was acknowledged before it', async () => {
    const file = temporaryFile()
    await fillJournal(file)
    expect(await keysIn(file)).toEqual(acknowledgedKeys)
  })

  test.each(['-wal', '-shm', '-acknowledged'])('is not made anew beside a %s that was left over', (ending) => {
    const file = temporaryFile()
    writeFileSync(`${file}${ending}`, 'left over')
    expect(() => sqliteJournal({ file })).toThrow(JournalFileError)
    expect(() => sqliteJournal({ file })).toThrow(/is gone/u)
    expect(existsSync(file)).toBe(false)
  })

  test.each([
    ['empty', '', /is empty/u],
    ['cut off in its header', 'SQLite format 3\0', /is cut off/u],
    ['text', 'x'.repeat(8_192), /is no SQLite file/u],
  ])('that is %s is refused, and the error names it and says what to do', (_name, content, problem) => {
    const file = temporaryFile()
    writeFileSync(file, content)
    expect(() => sqliteJournal({ file })).toThrow(problem)
    expect(() => sqliteJournal({ file })).toThrow(expect.objectContaining({ name: 'JournalFileError', file }))
    expect(() => sqliteJournal({ file })).toThrow(/Restore all of them/u)
    expect(readFileSync(file, 'latin1')).toBe(content)
  })

  test.each([
    ['of another application', 'PRAGMA application_id = 7', /is no journal of paylb/u],
    ['of a later version', 'PRAGMA user_version = 99', /has version 99/u],
    ['with another table', 'CREATE TABLE more (x)', /its tables are not those/u],
    ['with a changed payment', "UPDATE payments SET updated_at = 1 WHERE key = 'order 1'", /fails its checksum/u],
    ['with a payment missing', "DELETE FROM payments WHERE key = 'order 1'", /instead of/u],
    ['without an identity', 'DELETE FROM identity', /does not say which journal/u],
    ['with wrong counters', 'UPDATE counters SET commits = commits + 1', /counters are wrong/u],
  ])('%s is refused', async (_name, change, problem) => {
    const file = temporaryFile()
    await fillJournal(file)
    const database = new DatabaseSync(file)
    database.exec(change)
    database.close()
    expect(() => sqliteJournal({ file })).toThrow(problem)
    expect(() => sqliteJournal({ file })).toThrow(JournalFileError)
  })

  test('that is older than what was acknowledged is refused, unless the number is taken away too', async () => {
    const [file, older] = [temporaryFile(), temporaryFile()]
    await fillJournal(file)
    copyFileSync(file, older)
    await fillJournal(file, 'more')
    copyFileSync(older, file)
    expect(() => sqliteJournal({ file })).toThrow(/has lost payments/u)
    rmSync(`${file}-acknowledged`)
    expect(await keysIn(file)).toEqual(acknowledgedKeys)
  })

  test('is refused beside the number of another journal, or a damaged one', async () => {
    const [file, other] = [temporaryFile(), temporaryFile()]
    await fillJournal(file)
    await fillJournal(other)
    copyFileSync(`${other}-acknowledged`, `${file}-acknowledged`)
    expect(() => sqliteJournal({ file })).toThrow(/is another one/u)
    truncateSync(`${file}-acknowledged`, 3)
    expect(() => sqliteJournal({ file })).toThrow(/-acknowledged is damaged/u)
  })

  test('in a folder that is not there is an error that names it', () => {
    const file = `${temporaryFile()}/nowhere/payments.journal`
    expect(() => sqliteJournal({ file })).toThrow(JournalUnavailableError)
    expect(() => sqliteJournal({ file })).toThrow(file)
  })
})

describe('the secret', () => {
  const secret = 'a secret of sixteen'

  test('is made once and kept with the file', async () => {
    const [file, other] = [temporaryFile(), temporaryFile()]
    const secrets = []
    for (const name of [file, file, other]) {
      const journal = sqliteJournal({ file: name })
      secrets.push(Buffer.from(journal.secret ?? []).toString('hex'))
      await journal.close()
    }
    expect(secrets[0]).toHaveLength(64)
    expect(secrets[1]).toBe(secrets[0])
    expect(secrets[2]).not.toBe(secrets[0])
  })

  test('is not kept when it was given, and must then be given again', async () => {
    const file = temporaryFile()
    const journal = sqliteJournal({ file, secret })
    expect(Buffer.from(journal.secret ?? []).toString()).toBe(secret)
    await journal.close()
    expect(readFileSync(file).includes(secret)).toBe(false)
    expect(() => sqliteJournal({ file })).toThrow(/secret: .*was begun with a secret/u)
    expect(() => sqliteJournal({ file, secret: 'another of sixteen' })).toThrow(InvalidOptionsError)
    await sqliteJournal({ file, secret: Buffer.from(secret) }).close()
  })
})

test.each([
  [{}, /file/u],
  [{ file: '' }, /file/u],
  [{ file: 'x', heartbeatMs: 1 }, /heartbeatMs/u],
  [{ file: 'x', secret: 'short' }, /secret/u],
  [{ file: 'x', maxEntries: 0 }, /maxEntries/u],
  [{ file: 'x', pageSize: 1 }, /pageSize/u],
])('the options %j are refused', (options, problem) => {
  expect(() => sqliteJournal(options as never)).toThrow(InvalidOptionsError)
  expect(() => sqliteJournal(options as never)).toThrow(problem)
})
