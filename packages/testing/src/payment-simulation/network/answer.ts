import type { AttemptReport, BodyEnding } from '@paylb/core'
import type { Scenario } from '../scenario.ts'

/** What a server answers. */
export interface ServerAnswer {
  readonly status: number
  readonly headers?: Headers
  /** The ledger had the answer already. */
  readonly isReplay?: boolean
  /** The server says in a header that nothing was executed. */
  readonly saysNotExecuted?: boolean
}

const noHeaders = new Headers()

/** The answer as a transport reports it. */
export function answerOf(answer: ServerAnswer, ended: Promise<BodyEnding> | undefined): AttemptReport<number> {
  const { status, headers = noHeaders } = answer
  const report = { evidence: 'answered', status, headers, answer: status } as const
  return ended === undefined ? report : { ...report, ended }
}

const provenStatuses: ReadonlySet<number> = new Set([400, 401, 402, 403, 421, 425])

/** Whether an answer proves of this one attempt that it was not executed and never will be. */
export function provesNothingExecuted(answer: ServerAnswer, { profile }: Pick<Scenario, 'profile'>): boolean {
  return provenStatuses.has(answer.status) || (answer.saysNotExecuted === true && profile.trustsOutcomeHeader === true)
}

/** Whether a report may count against the health of the server. */
export function countsAgainst(report: AttemptReport<number>): boolean {
  if (report.evidence === 'answered') return report.status >= 500 || report.status === 429
  return report.trouble !== 'cancelled' && report.trouble !== 'local'
}
