export { createBalancer } from './balancer.ts'
export type { Balancer, BalancerSnapshot } from './balancer.ts'
export { systemClock } from './clock.ts'
export type { Cancellation, Clock, Random } from './clock.ts'
export { InvalidOptionsError, NoServerAvailableError, PaylbError } from './errors.ts'
export type { PaylbErrorCode, PaylbErrorDetails } from './errors.ts'
export { isSafeMethod } from './failover/protection.ts'
export type {
  AnsweredAttempt,
  AttemptContext,
  AttemptReport,
  BodyEnding,
  Call,
  Fingerprint,
  Told,
  UnansweredAttempt,
} from './failover/call.ts'
export type { Health } from './health/health.ts'
export { checkHealthCheck, defaultHealthCheck } from './health/health-check.ts'
export type { HealthCheckOptions } from './health/health-check.ts'
export type { Observer, PaymentEnd, Pick, PickReason, Warning } from './observer.ts'
export { balancerOptionNames, defaultTimeouts } from './options.ts'
export type { LedgerProfile } from './payments/ledger.ts'
export { journalKey } from './payments/late-intent.ts'
export type { RecoveryReport } from './payments/recovery.ts'
export type {
  BalancerOptions,
  HealthOptions,
  PanicPolicy,
  Reconciled,
  ServerOptions,
  Timeouts,
} from './balancer-options.ts'
export { classifyHttp } from './outcome/classify-http.ts'
export { localErrorCodes } from './outcome/local-errors.ts'
export type { AttemptRecord, Evidence, Outcome, OutcomeKind, PaymentOutcome, Trouble } from './outcome/outcome.ts'
export type { Verdict } from './outcome/verdict.ts'
export type { ExplainedCandidate, ExplainedRefusal, NotPickedReason, PickExplanation } from './servers/explain.ts'
export type { Lease, PickRequest } from './servers/lease.ts'
export { readLoadHeader } from './servers/reported-load.ts'
export type { Server } from './servers/server.ts'
export type { ServerSnapshot } from './servers/server-snapshot.ts'
export { strategies } from './strategies/index.ts'
export type { StrategyName } from './strategies/index.ts'
export type { Candidate, PickContext, Strategy } from './strategies/strategy.ts'
export { checkOptions, rules } from './validation.ts'
export type { Rule } from './validation.ts'
export {
  JournalConflictError,
  JournalError,
  JournalFullError,
  JournalUnavailableError,
} from './payments/journal-errors.ts'
export type { JournalProblem } from './payments/journal-errors.ts'
export { journalRules } from './payments/journal-rules.ts'
export type { JournalView, JournalWrite } from './payments/journal-rules.ts'
export type {
  Begun,
  Claim,
  Conclusion,
  Dispatch,
  Journal,
  PaymentIntent,
  PaymentRecord,
  Resolution,
  TakenOver,
} from './payments/journal.ts'
export { memoryJournal } from './payments/memory-journal.ts'
export type { MemoryJournalOptions } from './payments/memory-journal.ts'
export { isSurelyRecognised } from './payments/record-age.ts'
