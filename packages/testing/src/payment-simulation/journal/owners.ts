/*
 * Which processes count as alive, by the rules of the durable journal: each has a row and counts its heartbeats in it,
 * and whoever sees another one's count stand still over three beats of its own takes that one for dead. No wall clock
 * is read. Whoever was taken for dead while it was only paused enters again.
 */

const silentBeats = 3

interface Row {
  beats: number
}

/** What one process has seen of another. */
interface Seen {
  readonly beats: number
  readonly silentFor: number
}

/** The rows of all processes. */
export class Owners {
  readonly #rows = new Map<string, Row>()
  readonly #gone = new Set<string>()
  readonly #everSeen = new Set<string>()

  isAlive(id: string): boolean {
    return this.#rows.has(id)
  }

  /** Counts as alive from now on. Returns whether it had been taken for dead. */
  enter(id: string): boolean {
    if (this.#rows.has(id)) return false
    const isBack = this.#everSeen.has(id)
    this.#rows.set(id, { beats: 0 })
    this.#everSeen.add(id)
    return isBack
  }

  /** The machine knows that this process is no more. */
  isGone(id: string): void {
    this.#gone.add(id)
  }

  buryGone(): void {
    for (const id of this.#gone) this.#rows.delete(id)
    this.#gone.clear()
  }

  /** One heartbeat of `id`, which has seen so much of the others. @returns what it has seen now */
  beat(id: string, before: ReadonlyMap<string, Seen>): ReadonlyMap<string, Seen> {
    const row = this.#rows.get(id)
    if (row !== undefined) row.beats += 1
    const seen = new Map<string, Seen>()
    for (const [other, { beats }] of this.#rows) {
      if (other === id) continue
      const last = before.get(other)
      const silentFor = last?.beats === beats ? last.silentFor + 1 : 0
      if (silentFor >= silentBeats) this.#rows.delete(other)
      else seen.set(other, { beats, silentFor })
    }
    return seen
  }
}
