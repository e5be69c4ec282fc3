import type { Observers } from '../observer.ts'
import type { Settings } from '../options.ts'
import { classifyAttempt } from '../outcome/classify-attempt.ts'
import type { Evidence, Outcome, PaymentOutcome } from '../outcome/outcome.ts'
import { readHeader } from '../outcome/read-header.ts'
import { profileOf } from '../payments/ledger.ts'
import type { Recovery } from '../payments/recovery.ts'
import { readLoadHeader } from '../servers/reported-load.ts'
import type { Lease } from '../servers/lease.ts'
import type { Picker } from '../servers/picker.ts'
import type { Pool } from '../servers/pool.ts'
import { backoffMs } from './backoff.ts'
import type { AttemptReport, Call, UnansweredAttempt } from './call.ts'
import { decide } from './decide.ts'
import { longestWaitMs, firstWaitMs, nextLease } from './next-lease.ts'
import type { EventLoopWatch } from './event-loop-watch.ts'
import { Progress } from './progress.ts'
import type { RetryBudget } from './retry-budget.ts'

/*
 * The loop that carries one payment: pick → attempt → classify → record → decide, again or not. Every adapter goes
 * through it, so it is the only place from which a request can be sent a second time, and it asks `decide` each time.
 */

/** What the loop works with. */
export interface RunParts {
  readonly settings: Settings
  readonly pool: Pool
  readonly picker: Picker
  readonly budget: RetryBudget
  readonly observers: Observers
  /** Undefined on a clock that is not the machine's: nothing real can be late there. */
  readonly loopWatch: EventLoopWatch | undefined
  readonly recovery: Recovery
  /** Counts payments by their outcome. */
  readonly payments: Partial<Record<PaymentOutcome, number>>
}

/**
 * Carries one request to a server, and to another one where that cannot charge twice.
 *
 * @returns the answer of the attempt that counts, whatever its status
 * @throws PaylbError when there is no answer to give; its `outcome` says what is known of the payment
 */
export async function run<Answer>(call: Call<Answer>, parts: RunParts): Promise<Answer> {
  const progress = new Progress(call, parts)
  parts.budget.countRequest(progress.startedAtMs)
  for (;;) {
    const lease = await nextLease(progress, parts)
    if (lease === undefined) break
    const profile = profileOf(lease.server, parts.settings.ledgers)
    const context = progress.beginAttempt()
    const blockedBeforeMs = parts.loopWatch?.begin(progress.attemptStartedAtMs) ?? 0
    let report: AttemptReport<Answer>
    try {
      report = checked(await call.attempt(lease.server, context))
    } catch (error) {
      report = maybeSent(error)
    }
    report = withOurDelay(report, blockedBeforeMs, progress, parts)
    const outcome = classifyAttempt(report, call, parts, profile)
    learn(lease, report, outcome, parts)
    progress.add(lease, report, outcome)
    if (outcome.kind === 'succeeded') return progress.conclude() // nothing could change what is told
    const decision = decide(outcome.kind, progress.protection.columnOn(lease.server), progress.remaining)
    if (decision === 'return' || decision === 'reconcile' || outcome.mayNotRetry === true) break
    const mayGoOn = decision === 'wait' ? mayAskAgain : mayFailOver
    if (!(await mayGoOn(outcome, lease, progress, parts))) break
  }
  await findOut(progress, parts)
  return progress.conclude()
}

const evidences: ReadonlySet<string> = new Set<Evidence>(['not-sent', 'sent', 'answered'])

function checked<Answer>(report: AttemptReport<Answer>): AttemptReport<Answer> {
  if (!evidences.has(report.evidence)) throw new TypeError('the attempt did not say how far it got')
  return report
}

/* Whatever an attempt throws, its request may have left: that is never "failed", and never a reason to try again. */
function maybeSent(error: unknown): UnansweredAttempt {
  return { evidence: 'sent', trouble: 'local', error }
}

/* From this share of a deadline on, it was our own event loop that stood still, and nobody else's fault. */
const blockedShare = 0.2

function withOurDelay<Answer>(
  report: AttemptReport<Answer>,
  blockedBeforeMs: number,
  { attemptStartedAtMs }: Progress<Answer>,
  { loopWatch, settings }: RunParts,
): AttemptReport<Answer> {
  if (loopWatch === undefined) return report
  loopWatch.end()
  if (report.evidence === 'answered' || report.trouble !== 'timeout') return report
  const nowMs = settings.clock.now()
  const blockedMs = loopWatch.blockedMsAt(nowMs) - blockedBeforeMs
  return { ...report, isOurDelay: blockedMs >= blockedShare * (nowMs - attemptStartedAtMs) }
}

/* The head of the answer decides health; the end of its body frees the slot. */
function learn(lease: Lease, report: AttemptReport<unknown>, outcome: Outcome, parts: RunParts): void {
  lease.record(outcome)
  if (report.evidence === 'answered' && parts.settings.strategy.usesLoadReports) {
    const header = readHeader(report, 'endpoint-load-metrics')
    const load = header === null ? undefined : readLoadHeader(header)
    if (load !== undefined) parts.pool.reportLoad(lease.server.id, load)
  }
  if (report.evidence === 'answered' && report.ended !== undefined) {
    report.ended.then(
      (ending) => lease.release(ending),
      () => lease.release('cut'),
    )
  } else {
    lease.release()
  }
}

/* A retry takes from the budget, and waits a little; moving on after nothing was sent is free, once per server. */
async function mayFailOver<Answer>(
  outcome: Outcome,
  lease: Lease,
  progress: Progress<Answer>,
  parts: RunParts,
): Promise<boolean> {
  const { clock, random } = parts.settings
  const isSameServer = progress.isAlone(lease.server.id)
  const waitMs = backoffMs(outcome, progress.attempts.length, isSameServer, random)
  if (waitMs >= progress.remainingMs()) return false
  const isFree = outcome.kind === 'not-sent' && !isSameServer
  if (!isFree && !parts.budget.reserve(clock.now())) return false
  if (!isSameServer) progress.exclude(lease.server.id)
  if (waitMs > 0) await clock.sleep(waitMs, progress.signal)
  return isFree || parts.budget.holds(clock.now())
}

/* The payment is still running where it was sent: ask again with the same key. A caller's own duplicate is not waited for. */
async function mayAskAgain<Answer>(
  outcome: Outcome,
  _lease: Lease,
  progress: Progress<Answer>,
  { settings }: RunParts,
): Promise<boolean> {
  if (!progress.hasEarlierOpenAttempt()) return false
  const namedMs = outcome.retryAfterMs ?? 0 // a server that names no time at all must not be asked without a pause
  const waitMs = namedMs > 0 ? namedMs : Math.min(firstWaitMs * 2 ** progress.waits, longestWaitMs)
  if (waitMs >= progress.remainingMs()) return false
  progress.waits += 1
  await settings.clock.sleep(waitMs, progress.signal)
  return true
}

/* Nothing may be sent any more. What is told now depends on earlier requests, on the server, and on who holds the payment. */
async function findOut<Answer>(progress: Progress<Answer>, parts: RunParts): Promise<void> {
  await progress.lookBack()
  await reconcile(progress, parts)
  await progress.confirm()
}

/* Where the outcome is in doubt, the server is asked what became of the payment. */
async function reconcile<Answer>(progress: Progress<Answer>, { recovery }: RunParts): Promise<void> {
  const doubt = progress.inDoubt()
  if (doubt === undefined) return
  const found = await recovery.ask(doubt.payment, doubt.server, progress.remainingMs(), progress.signal)
  if (found === 'succeeded' || found === 'declined') progress.reconciled(found)
}
