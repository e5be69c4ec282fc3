/*
 * A simulation that never reaches the dangerous places proves nothing about them. Each of these must have been reached
 * at least once in a whole run over many seeds, or the run fails.
 */

/** The places that a run must reach. */
export const dangerousPaths = [
  'failed over within the ledger while an attempt was open',
  'moved to another ledger after nothing was sent',
  'an answer was replayed by the ledger',
  'waited for a 409 of our own attempt',
  "a caller's duplicate was answered 409 at once",
  'a key was picked for again inside its pin',
  'a pinned key was refused, for its ledger had no server',
  'a key was not sent again, for it is not recognised',
  'a request with the key of another one was refused',
  'the caller was told unknown, and the payment was executed',
  'the caller was told unknown, and nothing was executed',
  'an unknown payment succeeded when its caller retried',
  'a refusal came while an attempt was open',
  'a decline closed an open payment',
  'a decline did not close an open payment',
  'a paused server executed what was given up',
  'a paused server found that another had executed',
  'a server died after it had executed',
  'a request was given up before a connection stood',
  'an answer was cut',
  'a streamed answer was cut',
  'the caller left before anything was sent',
  'the caller left, and the payment went on',
  'a process died with a payment in flight',
  'a process died before it could write how a payment ended',
  'a process was taken for dead and came back',
  'a claim was lost to another process',
  'a caller found its payment in flight under a dead process',
  'recovery found a payment of a dead process',
  'recovery found out that a payment had succeeded',
  'recovery left a payment unknown',
  'a reconcile hook threw',
  'a reconcile hook hung',
  'a server was asked and found the payment executed',
  'a server did not find a payment that was executed later',
  'the journal refused a payment',
  'the journal was full',
  'the journal was slow, and the write ahead was repeated',
  'the journal claimed a key for a payment that had ended',
  'a settle was tried again',
  'a server was ejected',
  'a server was tried on probation',
  'a server was picked in panic',
  'ejections were frozen',
  'a request waited in the queue',
  'the time was up before another attempt',
  'a server was drained to its end',
  'all servers of a ledger were removed with its payments in flight',
  'the key store was down',
  'a payment had an age that nobody can know',
] as const

/** One of them. */
export type DangerousPath = (typeof dangerousPaths)[number]

/** Counts what was reached. */
export class Coverage {
  readonly #reached = new Map<DangerousPath, number>()

  sometimes(path: DangerousPath): void {
    this.#reached.set(path, (this.#reached.get(path) ?? 0) + 1)
  }

  add(other: Coverage): void {
    for (const [path, count] of other.#reached) this.#reached.set(path, (this.#reached.get(path) ?? 0) + count)
  }

  countOf(path: DangerousPath): number {
    return this.#reached.get(path) ?? 0
  }

  get missing(): readonly DangerousPath[] {
    return dangerousPaths.filter((path) => !this.#reached.has(path))
  }
}
