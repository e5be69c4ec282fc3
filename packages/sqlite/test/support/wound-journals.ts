import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '@paylb/core'
import type { JournalSetting, OpenedJournal } from '@paylb/testing'
import { openJournal } from '../../src/open-journal.ts'
import { readOptions } from '../../src/options.ts'
import { SqliteJournal } from '../../src/sqlite-journal.ts'

/* Journals on one file whose heartbeats are wound by hand, so that a test says who is silent and for how long. */

const moreThanPatience = 5

/* What is tested so does not depend on a disk, and memory is faster. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Opens journals on a file of their own. Each is what another process would have. */
class WoundJournals {
  readonly #folder = mkdtempSync(join(folder, 'paylb-sqlite-'))
  readonly #setting: JournalSetting
  readonly #beats = new Map<Journal, () => void>()

  constructor(setting: JournalSetting) {
    this.#setting = setting
  }

  open(): Journal {
    const settings = readOptions({ file: join(this.#folder, 'payments.journal'), ...this.#setting })
    const beats: (() => void)[] = []
    const journal = new SqliteJournal(openJournal(settings), settings, (callback) => {
      beats.push(callback)
      return () => void this.#beats.delete(journal)
    })
    this.#beats.set(journal, () => beats.forEach((beat) => beat()))
    return journal
  }

  /** Every journal beats many times; the first one before the others, who look at it last. */
  async stayAlive(): Promise<void> {
    for (let beat = 0; beat < moreThanPatience; beat += 1) {
      for (const journal of this.#beats.keys()) await this.#wind([journal])
    }
  }

  /** Every journal but the silent one beats until its patience with it must have ended. */
  async fallSilent(silent: Journal): Promise<void> {
    const others = [...this.#beats.keys()].filter((journal) => journal !== silent)
    for (let beat = 0; beat < moreThanPatience; beat += 1) await this.#wind(others)
  }

  /* Answers come in the order of the questions, so after one more the beat was written. */
  async #wind(journals: readonly Journal[]): Promise<void> {
    for (const journal of journals) this.#beats.get(journal)?.()
    await Promise.all(journals.map((journal) => journal.resolve('nobody', 'declined')))
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#beats.keys()].map((journal) => journal.close()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Opens a SQLite journal for the contract. */
export async function openWound(setting: JournalSetting): Promise<OpenedJournal> {
  const journals = new WoundJournals(setting)
  return {
    journal: journals.open(),
    processes: {
      another: async () => journals.open(),
      stayAlive: () => journals.stayAlive(),
      fallSilent: (silent) => journals.fallSilent(silent),
    },
    dispose: () => journals.dispose(),
  }
}
