import { memoryJournal } from '../../src/index.ts'
import type { Clock, Journal, PaymentRecord } from '../../src/index.ts'

type Watched = 'begin' | 'dispatching' | 'settle' | 'takeOver' | 'resolve'

/** A memory journal that tells what it is asked, in order, and can be made to fail. */
export interface WatchedJournal extends Journal {
  /** Such as `begin a`, `dispatching b`, `settle succeeded`. */
  readonly log: string[]
  /** Called before the journal itself; what it throws is what the caller gets. */
  readonly before: Partial<Record<Watched, (call: number) => unknown>>
  /** Everything that is known of a key, while nobody works on it. */
  record(key: string): Promise<PaymentRecord | undefined>
}

/** @param log where to write, for an order that spans more than the journal */
export function watchedJournal(clock: Pick<Clock, 'wallTime'>, log: string[] = []): WatchedJournal {
  const journal = memoryJournal({ clock })
  const before: WatchedJournal['before'] = {}
  const counts: Partial<Record<Watched, number>> = {}
  const asked = async (method: Watched, what: string): Promise<void> => {
    log.push(`${method} ${what}`)
    counts[method] = (counts[method] ?? 0) + 1
    await before[method]?.(counts[method])
  }
  return {
    log,
    before,
    secret: undefined,
    async record(key) {
      for await (const record of journal.unsettled(0)) if (record.key === key) return record
      return undefined
    },
    async begin(intent, first) {
      await asked('begin', first.server)
      return journal.begin(intent, first)
    },
    async dispatching(claim, dispatch) {
      await asked('dispatching', dispatch.server)
      return journal.dispatching(claim, dispatch)
    },
    async settle(claim, outcome) {
      await asked('settle', outcome)
      return journal.settle(claim, outcome)
    },
    async takeOver(key, epoch) {
      await asked('takeOver', key)
      return journal.takeOver(key, epoch)
    },
    async resolve(key, outcome) {
      await asked('resolve', outcome)
      return journal.resolve(key, outcome)
    },
    find: (key) => journal.find(key),
    unsettled: (olderThanMs) => journal.unsettled(olderThanMs),
    close: () => journal.close(),
  }
}
