import { JournalConflictError, JournalUnavailableError } from '../../src/index.ts'
import type { Balancer, Warning } from '../../src/index.ts'
import { fleet } from './fleet.ts'
import type { FleetOptions } from './fleet.ts'
import { firstListed } from './ledgers.ts'
import type { Scripted } from './scripted-call.ts'
import { VirtualClock } from './virtual-clock.ts'
import { watchedJournal } from './watched-journal.ts'
import type { WatchedJournal } from './watched-journal.ts'

/** A balancer over a, b and c, in this order, with a journal that tells what it is asked. */
export interface Desk {
  readonly balancer: Balancer
  readonly clock: VirtualClock
  readonly journal: WatchedJournal
  readonly log: string[]
  readonly warnings: Warning[]
}

/** Makes one. */
export function desk(options: FleetOptions = {}): Desk {
  const clock = new VirtualClock()
  const log: string[] = []
  const journal = watchedJournal(clock, log)
  const warnings: Warning[] = []
  const inOrder = { ledger: 'shared', strategy: firstListed, health: false, random: () => 0 } as const
  const observer = { onWarning: (warning: Warning) => warnings.push(warning) }
  const { balancer } = fleet({ ...inOrder, journal, clock, observer, ...options })
  return { balancer, clock, journal, log, warnings }
}

/** Writes into the same log when an attempt begins. */
export function sent(log: string[], step: Scripted): Scripted {
  return (server, context) => {
    log.push(`send ${server.id}`)
    return typeof step === 'function' ? step(server, context) : step
  }
}

/* What a journal can do wrong. */

export function unavailable(): never {
  throw new JournalUnavailableError('the disk is full')
}

export function conflict(): never {
  throw new JournalConflictError('taken over')
}

export function broken(): never {
  throw new TypeError('a bug in the journal')
}
