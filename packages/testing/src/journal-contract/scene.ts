import assert from 'node:assert/strict'
import type { Begun, Claim, Dispatch, Journal, PaymentIntent, PaymentRecord } from '@paylb/core'
import type { JournalRule, JournalSetting, OpenedJournal } from './journal-rule.ts'

/* What rules are played with: a journal, a wall clock that is moved by hand, and short words for what is asked. */

/** The time to live of rules' journals. */
export const ttlMs = 60_000

const startMs = 1_750_000_000_000

/** Where one rule is played. */
export class Scene {
  readonly journal: Journal
  readonly #opened: OpenedJournal
  readonly #clock: MovableClock

  constructor(opened: OpenedJournal, clock: MovableClock) {
    this.journal = opened.journal
    this.#opened = opened
    this.#clock = clock
  }

  get processes(): OpenedJournal['processes'] {
    return this.#opened.processes
  }

  /** Moves the wall clock, forward or back. */
  pass(ms: number): void {
    this.#clock.nowMs += ms
  }

  wallTime(): number {
    return this.#clock.nowMs
  }
}

class MovableClock {
  nowMs: number = startMs

  wallTime(): number {
    return this.nowMs
  }
}

/** A rule that is played in a scene of its own. */
export function rule(
  name: string,
  play: (scene: Scene) => Promise<void>,
  setting: Partial<JournalSetting> = {},
): JournalRule {
  return {
    name,
    async check(open) {
      const clock = new MovableClock()
      const opened = await open({ ttlMs, clock: { wallTime: () => clock.wallTime() }, ...setting })
      try {
        await play(new Scene(opened, clock))
      } finally {
        await opened.dispose()
      }
    },
  }
}

/** A rule for journals that processes share; others hold it as they are. */
export function sharedRule(
  name: string,
  play: (scene: Scene, processes: NonNullable<OpenedJournal['processes']>) => Promise<void>,
): JournalRule {
  return rule(`where processes share it, ${name}`, async (scene) => {
    if (scene.processes !== undefined) await play(scene, scene.processes)
  })
}

/** Where rules send payments: two servers of one ledger, one of another, and one that does not deduplicate. */
export const places: Readonly<Record<'north' | 'south' | 'abroad' | 'nowhere', Dispatch>> = {
  north: { server: 'north', ledger: 'east-west' },
  south: { server: 'south', ledger: 'east-west' },
  abroad: { server: 'abroad', ledger: 'abroad' },
  nowhere: { server: 'nowhere', ledger: undefined },
}

/** A payment with this key. */
export function payment(key: string, more: Partial<PaymentIntent> = {}): PaymentIntent {
  return { key, method: 'POST', target: '/charges', ...more }
}

/** The claim of a begin that must have succeeded. */
export function claimOf(begun: Begun): Claim {
  assert.ok('claim' in begun, `expected a claim, got ${begun.state}`)
  return begun.claim
}

/** Begins a payment and returns its claim. */
export async function begin(journal: Journal, key: string, first: Dispatch = places.north): Promise<Claim> {
  return claimOf(await journal.begin(payment(key), first))
}

/** Begins a payment and settles it. */
export async function leave(
  journal: Journal,
  key: string,
  outcome: Parameters<Journal['settle']>[1],
  first: Dispatch = places.north,
): Promise<void> {
  await journal.settle(await begin(journal, key, first), outcome)
}

/** What `begin` says of a key now. */
export async function stateOf(journal: Journal, key: string, first: Dispatch = places.north): Promise<string> {
  const begun = await journal.begin(payment(key), first)
  return begun.state === 'known' ? `known ${begun.record.state}` : begun.state
}

/** All that is unsettled. */
export async function unsettled(journal: Journal, olderThanMs?: number): Promise<readonly PaymentRecord[]> {
  const records = []
  for await (const record of journal.unsettled(olderThanMs)) records.push(record)
  return records
}

/** The keys of all that is unsettled, in order. */
export async function unsettledKeys(journal: Journal, olderThanMs?: number): Promise<readonly string[]> {
  const records = await unsettled(journal, olderThanMs)
  return records.map((record) => record.key).toSorted()
}

/** Holds that a promise rejects with a journal's error of this kind. */
export async function refused(answer: Promise<unknown>, problem: 'unavailable' | 'full' | 'conflict'): Promise<void> {
  await assert.rejects(answer, (error) => {
    assert.equal((error as { journalProblem?: unknown }).journalProblem, problem)
    return true
  })
}
