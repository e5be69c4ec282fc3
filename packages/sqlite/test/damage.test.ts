import { copyFileSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { JournalFileError, sqliteJournal } from '../src/index.ts'
import { acknowledgedKeys, fillJournal, keysIn } from './support/filled-journal.ts'
import { temporaryFile } from './support/temporary-folder.ts'

/* Damage is either harmless, then everything that was acknowledged is found, or it is a clear error. Nothing between. */

const stride = 127

/** Opens a damaged journal and says what came of it. */
async function outcomeOf(file: string): Promise<string> {
  try {
    const keys = await keysIn(file)
    return keys.length === acknowledgedKeys.length ? 'whole' : `${keys.length} of ${acknowledgedKeys.length} payments`
  } catch (error) {
    return error instanceof JournalFileError && error.message.includes(file) ? 'refused' : String(error)
  }
}

/** A journal whose last transactions are still in its log, as a kill leaves it: files copied while it is open. */
async function killedJournal(): Promise<{ readonly file: string; readonly restore: () => void }> {
  const [file, original] = [temporaryFile(), temporaryFile()]
  await fillJournal(original)
  const journal = sqliteJournal({ file: original })
  const begun = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      journal.begin({ key: `later ${index}`, method: 'POST' }, { server: 'north', ledger: 'shared' }),
    ),
  )
  expect(begun.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'fresh'))
  const endings = ['', '-wal', '-acknowledged']
  const saved = endings.map((ending) => readFileSync(`${original}${ending}`))
  await journal.close()
  return {
    file,
    restore: () => endings.forEach((ending, index) => writeFileSync(`${file}${ending}`, saved[index] ?? '')),
  }
}

test('a file that is cut anywhere is refused', async () => {
  const [whole, file] = [temporaryFile(), temporaryFile()]
  await fillJournal(whole)
  copyFileSync(`${whole}-acknowledged`, `${file}-acknowledged`)
  const { length } = readFileSync(whole)
  for (let size = 0; size < length; size += 512) {
    copyFileSync(whole, file)
    truncateSync(file, size)
    expect([size, await outcomeOf(file)]).toEqual([size, 'refused'])
  }
})

test('a flipped byte is found, or does no harm', async () => {
  const [whole, file] = [temporaryFile(), temporaryFile()]
  await fillJournal(whole)
  const bytes = readFileSync(whole)
  const seen: string[] = []
  for (let offset = 0; offset < bytes.length; offset += stride) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(offset) ^ 0xff, offset)
    writeFileSync(file, flipped)
    copyFileSync(`${whole}-acknowledged`, `${file}-acknowledged`)
    for (const name of readdirSync(dirname(file)))
      if (/-(?:wal|shm)$/u.test(name)) truncateSync(join(dirname(file), name))
    seen.push(await outcomeOf(file))
  }
  expect(new Set(seen)).toEqual(new Set(['whole', 'refused']))
  expect(seen.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(seen.length / 4)
})

test('a log that is cut or flipped is refused, and left as it was', async () => {
  const { file, restore } = await killedJournal()
  restore()
  const log = readFileSync(`${file}-wal`)
  for (let offset = 0; offset < log.length; offset += 1_024) {
    const flipped = Buffer.from(log)
    flipped.writeUInt8(flipped.readUInt8(offset) ^ 1, offset)
    for (const damaged of [log.subarray(0, offset), flipped]) {
      restore()
      writeFileSync(`${file}-wal`, damaged)
      expect([offset, await outcomeOf(file)]).toEqual([offset, 'refused'])
      expect(readFileSync(`${file}-wal`).equals(damaged)).toBe(true)
    }
  }
  restore()
  expect(await outcomeOf(file)).toBe('whole')
})
