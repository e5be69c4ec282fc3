import type { AnsweredAttempt, AttemptReport, UnansweredAttempt } from '../failover/call.ts'
import { isSafe } from '../failover/protection.ts'
import { guarded } from '../observer.ts'
import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import { defaultLedgerProfile } from '../payments/ledger.ts'
import type { LedgerProfile } from '../payments/ledger.ts'
import { classifyHttp, readRetryAfter } from './classify-http.ts'
import type { Outcome, OutcomeKind } from './outcome.ts'
import { readHeader } from './read-header.ts'

/* Turns what an attempt reports into an outcome: the wire's evidence first, the status next, the user's hook last. */

/* An answered request has reached a server, so no hook can declare that nothing was executed and open the way to a second attempt. */
const refinements: ReadonlySet<string> = new Set<OutcomeKind>([
  'overloaded',
  'in-progress',
  'key-misuse',
  'unknown',
  'declined',
  'rejected',
  'unauthorized',
  'pending',
  'succeeded',
])

const kindsWithRetryAfter: ReadonlySet<OutcomeKind> = new Set(['overloaded', 'refused', 'in-progress'])

type Classify = NonNullable<Settings['classify']>

interface Request {
  readonly method?: string
  readonly key?: string
  readonly idempotent?: boolean
}

/**
 * What an attempt meant. A refusal whose body is still on its way may yet be cut, and a cut answer proves nothing: it
 * opens no way to a second attempt of an unsafe request.
 */
export function classifyAttempt(
  report: AttemptReport<unknown>,
  request: Request,
  parts: { readonly settings: Settings; readonly observers: Observers },
  ledger: LedgerProfile = defaultLedgerProfile,
): Outcome {
  if (report.evidence !== 'answered') return classifyUnanswered(report)
  const { status } = report
  const safe = isSafe(request)
  const byStatus = promisesNothing(report, ledger)
    ? 'refused'
    : classifyHttp(status, { safe, keyed: request.key !== undefined }, ledger)
  const refined = refine(report, byStatus, parts)
  const kind = refined === 'refused' && !safe && report.ended !== undefined ? 'unknown' : refined
  const outcome: Writable<Outcome> = { kind, evidence: 'answered', status }
  addLedgerHints(outcome, report, ledger)
  if (!kindsWithRetryAfter.has(kind)) return outcome
  const retryAfterMs = readRetryAfter(readHeader(report, 'retry-after'), parts.settings.clock.wallTime())
  if (retryAfterMs !== undefined) outcome.retryAfterMs = retryAfterMs
  return outcome
}

type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

/* Only a server that is trusted to know may say so, and only beside a 503. */
function promisesNothing(report: AnsweredAttempt<unknown>, { trustsOutcomeHeader }: LedgerProfile): boolean {
  if (!trustsOutcomeHeader || report.status !== 503) return false
  return readHeader(report, 'paylb-outcome') === 'not-executed'
}

function addLedgerHints(
  outcome: Writable<Outcome>,
  report: AnsweredAttempt<unknown>,
  { replayMarker, retryHint, limits }: LedgerProfile,
): void {
  if (replayMarker !== undefined && readHeader(report, replayMarker) !== null) outcome.isReplay = true
  if (retryHint !== undefined && readHeader(report, retryHint)?.trim() === 'false') outcome.mayNotRetry = true
  if (report.status === 429 && limits === 'server') outcome.limitsEverybody = true
}

function classifyUnanswered(report: UnansweredAttempt): Outcome {
  const { evidence, trouble, error, status, isOurDelay } = report
  const kind = evidence === 'not-sent' ? 'not-sent' : report.incomplete === true ? 'incomplete' : 'unknown'
  const delay = isOurDelay === true ? { isOurDelay } : {}
  return { kind, evidence, trouble, error, ...(status === undefined ? {} : { status }), ...delay }
}

function refine(
  report: AnsweredAttempt<unknown>,
  byStatus: OutcomeKind,
  parts: { readonly settings: Settings; readonly observers: Observers },
): OutcomeKind {
  const { classify } = parts.settings
  if (classify === undefined) return byStatus
  const onError = (error: unknown): void => {
    const message = 'the classify hook failed; the status alone was used instead. This is reported once'
    parts.observers.warn({ code: 'classifier-failed', message, error })
  }
  const refined = guarded(() => classify(toBeClassified(report)), onError)
  if (refined === undefined || refinements.has(refined)) return refined ?? byStatus
  if (refined !== byStatus)
    onError(new TypeError(`classify returned something else than ${[...refinements].join(', ')}`))
  return byStatus
}

function toBeClassified({ status, headers, body }: AnsweredAttempt<unknown>): Parameters<Classify>[0] {
  return body === undefined ? { status, headers } : { status, headers, body }
}
