import path from 'node:path'
import { memoryJournal } from '@paylb/core'
import type { Journal } from '@paylb/core'
import { sqliteJournal } from '@paylb/sqlite'

/** The journals that are compared. */
export const journalNames = ['memory', 'sqlite'] as const

/** One of them. */
export type JournalName = (typeof journalNames)[number]

/** Makes a journal. @param folder where a durable one keeps its file */
export function makeJournal(name: JournalName, folder: string): Journal {
  return name === 'memory' ? memoryJournal() : sqliteJournal({ file: path.join(folder, `${process.pid}.journal`) })
}
