import type { Journal } from '@paylb/core'
import { expect, test } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { claimed, stateOf, unsettledKeys } from './support/payments.ts'
import { PayingProcess } from './support/spawn-paying.ts'
import { temporaryFile } from './support/temporary-folder.ts'

const enough = 6_000

/** Keys that were begun, without those that may have been settled. */
function mustBeFound(said: readonly string[]): ReadonlySet<string> {
  const keysAfter = (word: string): string[] =>
    said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  const settling = new Set(keysAfter('settling'))
  return new Set(keysAfter('begun').filter((key) => !settling.has(key)))
}

async function untilTakenOver(journal: Journal, key: string): Promise<number> {
  for (;;) {
    const taken = await journal.takeOver(key)
    if (taken !== undefined) return taken.claim.epoch
  }
}

test('after a SIGKILL in the middle of thousands of payments, each that was acknowledged is found at once', async () => {
  const file = temporaryFile()
  const [one, other] = [new PayingProcess(file, 'stream', 'one'), new PayingProcess(file, 'stream', 'other')]
  await Promise.all([one.heard(enough), other.heard(enough)])
  await Promise.all([one.kill(), other.kill()])
  const journal = sqliteJournal({ file })
  const found = new Set(await unsettledKeys(journal))
  const expected = mustBeFound([...one.said, ...other.said])
  expect(expected.size).toBeGreaterThan(1_000)
  expect([...expected].filter((key) => !found.has(key))).toEqual([])
  expect(await stateOf(journal, [...expected][0] ?? '')).toBe('known open')
  await journal.close()
})

test('a process that was stopped and goes on has lost its claim, and may neither send nor settle', async () => {
  const file = temporaryFile()
  const paused = new PayingProcess(file, 'step')
  await paused.heard(1)
  const [taken, kept] = [await paused.tell('begin taken'), await paused.tell('begin kept')]
  const journal = sqliteJournal({ file, heartbeatMs: 100 })
  expect(await journal.takeOver('taken')).toBeUndefined()
  paused.signal('SIGSTOP')
  expect(await untilTakenOver(journal, 'taken')).toBeGreaterThan(Number(taken))
  paused.signal('SIGCONT')
  expect(await paused.tell(`dispatching taken ${taken}`)).toBe('JournalConflictError')
  expect(await paused.tell(`settle taken ${taken}`)).toBe('JournalConflictError')
  expect(await paused.tell(`dispatching kept ${kept}`)).toBe('done')
  expect(await journal.takeOver('kept')).toBeUndefined()
  await journal.close()
})

test('two processes on one file keep off each other’s payments', async () => {
  const file = temporaryFile()
  const other = new PayingProcess(file, 'step')
  await other.heard(1)
  const journal = sqliteJournal({ file })
  await other.tell('begin theirs')
  await claimed(journal, 'ours')
  expect(await other.tell('begin ours')).toBe('in-progress')
  expect(await stateOf(journal, 'theirs')).toBe('in-progress')
  await other.kill()
  await journal.close()
  const restarted = sqliteJournal({ file })
  expect(await stateOf(restarted, 'theirs')).toBe('known open')
  await restarted.close()
})
