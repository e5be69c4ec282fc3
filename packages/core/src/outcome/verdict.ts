import type { Outcome } from './outcome.ts'

/*
 * What an outcome says about the server's health, which is not what it says about the payment: a declined card is a
 * healthy server, and so is a hundred of them.
 */

/** What one attempt says about the health of its server. */
export type Verdict = 'success' | 'neutral' | 'failure' | 'overloaded'

/** The verdict for an outcome. */
export function verdictOf(outcome: Outcome): Verdict {
  if (outcome.evidence !== 'answered') return verdictWithoutAnswer(outcome)
  const { kind, status } = outcome
  if (kind === 'declined') return 'success'
  if (status === 429) return outcome.limitsEverybody === true ? 'overloaded' : 'neutral'
  if (status === 503 || kind === 'overloaded') return 'overloaded'
  if (status === undefined) return kind === 'unknown' ? 'failure' : 'success'
  return status >= 200 && status < 500 ? 'success' : 'failure'
}

/** Whether a failure is of the connection kind: no answer at all, rather than a bad one. */
export function isConnectionFailure(outcome: Outcome): boolean {
  return outcome.evidence !== 'answered' && outcome.status === undefined
}

/* Only what the server or the way to it did counts against it; a caller who left or a machine without sockets does not. */
function verdictWithoutAnswer(outcome: Outcome): Verdict {
  if (outcome.kind === 'incomplete') return 'neutral'
  if (outcome.isOurDelay === true) return 'neutral'
  if (outcome.trouble === 'cancelled' || outcome.trouble === 'local') return 'neutral'
  if (outcome.kind === 'not-sent' && outcome.trouble === undefined) return 'neutral'
  return 'failure'
}
