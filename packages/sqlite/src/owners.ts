import { randomUUID } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isGone, thisProcess } from './this-process.ts'

/*
 * Who is alive. Each process has a row and counts its heartbeats in it; one without a row is dead. A process is declared
 * dead, by deleting its row, when its count stood still over three of the slower one's heartbeats, counted in our own
 * heartbeats. No wall clock is read: one that jumps by an hour would bury the living, and a frozen machine would wake
 * up to find everybody's heartbeat old. Whoever was buried alive finds its row gone, writes a new one, and goes on with
 * the payments that nobody has taken over; for the others its epoch is lost.
 */

const silentBeats = 3
const longestHeartbeatMs = 60_000

interface OwnerRow {
  readonly id: string
  readonly beats: number
  readonly heartbeat_ms: number
  readonly process: string
}

interface Seen {
  readonly beats: number
  readonly silentFor: number
}

/** The rows of `owners`, one of them our own. */
export class Owners {
  readonly id: string = randomUUID()
  readonly #heartbeatMs: number
  readonly #process = thisProcess()
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #beat: StatementSync
  readonly #others: StatementSync
  readonly #delete: StatementSync
  #seen = new Map<string, Seen>()

  constructor(database: DatabaseSync, heartbeatMs: number) {
    this.#heartbeatMs = heartbeatMs
    this.#find = database.prepare('SELECT 1 FROM owners WHERE id = ?')
    this.#insert = database.prepare('INSERT INTO owners VALUES (?, 0, ?, ?)')
    this.#beat = database.prepare('UPDATE owners SET beats = beats + 1 WHERE id = ?')
    this.#others = database.prepare('SELECT * FROM owners WHERE id <> ?')
    this.#delete = database.prepare('DELETE FROM owners WHERE id = ?')
  }

  isAlive(id: string): boolean {
    return this.#find.get(id) !== undefined
  }

  /** Makes sure that we count as alive, before anything is written in our name. Returns whether it wrote. */
  enter(): boolean {
    if (this.isAlive(this.id)) return false
    this.#insert.run(this.id, this.#heartbeatMs, this.#process)
    return true
  }

  leave(): void {
    this.#delete.run(this.id)
  }

  /** One heartbeat: counts our own, looks at those of the others, and buries the dead. Call it once per heartbeat. */
  beat(): void {
    this.bury()
    this.#beat.run(this.id)
    const before = this.#seen
    this.#seen = new Map()
    for (const row of this.#rows()) {
      const last = before.get(row.id)
      const silentFor = last?.beats === row.beats ? last.silentFor + 1 : 0
      if (silentFor >= this.#patience(row)) this.#delete.run(row.id)
      else this.#seen.set(row.id, { beats: row.beats, silentFor })
    }
  }

  /** Buries those that are provably gone, without waiting for their silence. */
  bury(): void {
    for (const row of this.#rows()) {
      if (isGone(row.process)) this.#delete.run(row.id)
    }
  }

  #rows(): readonly OwnerRow[] {
    return this.#others.all(this.id) as unknown as readonly OwnerRow[]
  }

  #patience(row: OwnerRow): number {
    const slowerMs = Math.max(this.#heartbeatMs, Math.min(row.heartbeat_ms, longestHeartbeatMs))
    return Math.ceil((silentBeats * slowerMs) / this.#heartbeatMs)
  }
}
