import type { Disturbance } from '../../../src/payment-simulation/faults.ts'
import type { Misbehaviour } from '../../../src/payment-simulation/subject.ts'
import type { Edit } from './apply-mutant.ts'

/*
 * Defects that cost money, each of them one wrong line. A simulation that lets one pass proves nothing. They are put
 * into a copy of core, or into the network or the journal around it. `shows` is what gives them away: a mutant that is
 * caught for another reason is not understood.
 */

/** A defect, and how it shows. */
export interface Mutant {
  readonly name: string
  readonly edits?: readonly Edit[]
  readonly misbehaviour?: Misbehaviour
  /** What has to happen often for it to show soon. */
  readonly loud?: Disturbance
  readonly shows: RegExp
}

function inCore(name: string, file: string, find: string, put: string, shows: RegExp): Mutant {
  return { name, edits: [{ file, find, put }], shows }
}

function whileLoud(loud: Disturbance, ...mutant: Parameters<typeof inCore>): Mutant {
  return { ...inCore(...mutant), loud }
}

/** The mutants that the design names. */
export const designedMutants: readonly Mutant[] = [
  inCore(
    'sends a bare POST again after a reset',
    'failover/decide.ts',
    "bare: 'reconcile'",
    "bare: 'fail-over'",
    /nothing protects the payment/u,
  ),
  inCore(
    'drops the key on the second attempt',
    'failover/progress.ts',
    'key: this.#call.key,',
    'key: this.attempts.length > 0 ? undefined : this.#call.key,',
    /carries the key undefined/u,
  ),
  inCore(
    'makes one attempt too many',
    'failover/decide.ts',
    'remaining.attempts < 1',
    'remaining.attempts < 0',
    /attempts are allowed/u,
  ),
  {
    name: 'takes an accepted connection for proof',
    misbehaviour: 'connect-as-proof',
    shows: /(proof of the contrary|not.executed|for the second time)/u,
  },
  inCore(
    "tells the last attempt's outcome instead of the fold",
    'failover/fold.ts',
    'if (!openBefore) return outcome',
    'return outcome',
    /was told not-executed, but/u,
  ),
  {
    name: 'forgets the pin on restart',
    misbehaviour: 'forgets-pins',
    shows: /(told not-executed, but|on another ledger|do not recognise keys)/u,
  },
  {
    name: "leaves a given-up request in the transport's queue",
    misbehaviour: 'sends-what-was-given-up',
    shows: /(was told that it was not executed|after proof of the contrary)/u,
  },
  inCore(
    'leaks a lease when the write ahead fails',
    'failover/next-lease.ts',
    '  } catch (error) {\n    lease.release()\n    throw error\n  }\n  return pickElsewhere',
    '  } catch (error) {\n    throw error\n  }\n  return pickElsewhere',
    /in flight at the end/u,
  ),
  inCore(
    'leaks a lease when a journal in memory refuses',
    'failover/next-lease.ts',
    '  } catch (error) {\n    lease.release()\n    throw error\n  }\n  if (written',
    '  } catch (error) {\n    throw error\n  }\n  if (written',
    /in flight at the end/u,
  ),
  inCore(
    'leaks a lease when the pin is elsewhere',
    'failover/next-lease.ts',
    'lease.release()\n  return pickAndWriteAhead',
    'return pickAndWriteAhead',
    /in flight at the end/u,
  ),
  inCore(
    'counts a decline as a failure of the server',
    'outcome/verdict.ts',
    "if (kind === 'declined') return 'success'",
    "if (kind === 'declined') return 'failure'",
    /was ejected after [01] failures/u,
  ),
  inCore(
    'ejects the last server',
    'servers/head-count.ts',
    'if (healthyOthers < this.#minAvailable()) return false\n    return this.#surplusWith(state) - (isOut(state) ? 1 : 0) < 0',
    'return healthyOthers >= 0',
    /the last one, was ejected/u,
  ),
  inCore(
    'uses a token of the retry budget again',
    'failover/retry-budget.ts',
    'this.#retries[index] = (this.#retries[index] ?? 0) + 1\n    return true',
    'return true',
    /retries within 8 s/u,
  ),
  whileLoud(
    'journal-slowness',
    'waits for a journal that hangs',
    'payments/in-time.ts',
    'await answered.orAfter(Math.max(limitMs, leastMs), clock)',
    'await work',
    /waits for an answer beyond the deadline/u,
  ),
  whileLoud(
    'journal-slowness',
    'keeps a key that was claimed too late',
    'payments/journalled-payment.ts',
    "if ('claim' in begun) this.#journal.settle(begun.claim, 'not-executed').catch(() => {})",
    '',
    /in-flight of .* for ever/u,
  ),
  inCore(
    'recovers a live record',
    'payments/journal-rules.ts',
    '(found.owner === view.owner || view.isAlive(found.owner))',
    'found.owner === view.owner',
    /which is alive, was at it/u,
  ),
]

/** Defects that this simulation has found, put back. */
export const formerDefects: readonly Mutant[] = [
  inCore(
    'does not look back where no attempt was made',
    'failover/run.ts',
    'await progress.lookBack()',
    '',
    /(was told not-executed, but|after its caller was told)/u,
  ),
  whileLoud(
    'ledger-removal',
    'forgets a ledger whose servers are off the list',
    'servers/pool.ts',
    'return this.#ledgers.hasSeveral',
    'return new Set(this.servers.map((server) => server.ledger)).size > 1',
    /on another ledger/u,
  ),
  whileLoud(
    'process-pause',
    'gives a recovery up half way when a payment was taken over',
    'payments/recovery.ts',
    "if (JournalError.isInstance(error) && error.journalProblem === 'conflict') return undefined",
    '',
    /gave up half way/u,
  ),
  whileLoud(
    'process-pause',
    'speaks for a payment that another process has taken over',
    'failover/run.ts',
    'await progress.confirm()',
    '',
    /was told [a-z-]+, but/u,
  ),
  whileLoud(
    'process-pause',
    'speaks for a payment that was taken over before anything was sent',
    'failover/progress.ts',
    'if (this.#held?.ended === undefined) this.#isOvertaken',
    'if (this.attempts.length > 0 && this.#held?.ended === undefined) this.#isOvertaken',
    /was told [a-z-]+, but/u,
  ),
  whileLoud(
    'process-suspension',
    'takes a write that did not come about for proof that it still holds the payment',
    'payments/payment-protection.ts',
    'const [askedAtMs, askedAtWallTime] = [clock.now(), clock.wallTime()]',
    'const [askedAtMs, askedAtWallTime] = [clock.now(), clock.wallTime()]\n    this.#writtenAtMs = askedAtMs\n    this.#writtenAtWallTime = askedAtWallTime',
    /was told [a-z-]+, but/u,
  ),
]
