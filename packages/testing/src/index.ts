export { seededRandom } from './seeded-random.ts'
export { startPaymentServer } from './payment-server/payment-server.ts'
export type { PaymentServer } from './payment-server/payment-server.ts'
export type { Dedupe, PaymentServerOptions } from './payment-server/options.ts'
export type { FaultRule, Faults, RouteName } from './payment-server/faults.ts'
export type { Echo } from './payment-server/echo.ts'
export type { RecordedRequest } from './payment-server/request-log.ts'
export type { PaymentServerStats } from './payment-server/statistics.ts'
export { spawnPaymentServer } from './payment-server/spawn-payment-server.ts'
export type { SpawnedPaymentServer } from './payment-server/spawn-payment-server.ts'
export type { ProcessOptions } from './payment-server/flags.ts'
export { checkLedgers } from './ledger-checker/check-ledgers.ts'
export type { LedgerCheck, LedgerReport } from './ledger-checker/check-ledgers.ts'
export { formatLedgerReport } from './ledger-checker/format-ledger-report.ts'
export type { CheckedPayment } from './ledger-checker/match-payments.ts'
export { readExecutions } from './ledger-checker/read-executions.ts'
export type { FoundExecution } from './ledger-checker/read-executions.ts'
export { keysOnSeveralLedgers, readDeclinedKeys } from './ledger-checker/read-keys.ts'
export type { SharedKey } from './ledger-checker/read-keys.ts'
export type { ToldOutcome, ToldPayment } from './ledger-checker/told-payment.ts'
export { adapterContract } from './adapter-contract/adapter-contract.ts'
export type {
  AdapterRule,
  ForwardSettings,
  MountAdapter,
  MountedAdapter,
  Mounting,
} from './adapter-contract/adapter-rule.ts'
export { simulate } from './simulation/simulate.ts'
export type { SimulationOptions } from './simulation/simulate.ts'
export type { FleetView, SimulatedStrategy } from './simulation/simulated-strategy.ts'
export type { ServerResult, SimulationResult } from './simulation/simulation-result.ts'
export type { Latencies, PaymentError } from './simulation/tally.ts'
export type { Distribution } from './simulation/distributions.ts'
export type { FleetDescription, ServerDescription, Span } from './simulation/fleet-description.ts'
export { references } from './simulation/references/index.ts'
export type { ReferenceName } from './simulation/references/index.ts'
export { recommend } from './simulation/recommendation.ts'
export type { Ranked, Recommendation, RecommendationOptions } from './simulation/recommendation.ts'
export { standardFleets } from './simulation/standard-fleets.ts'
export { virtualClock } from './simulation/virtual-clock.ts'
export type { VirtualClock } from './simulation/virtual-clock.ts'
export { journalContract } from './journal-contract/journal-contract.ts'
export type {
  JournalRule,
  JournalSetting,
  OpenedJournal,
  OpenJournal,
  SharedJournal,
} from './journal-contract/journal-rule.ts'
export { playAgainstModel } from './journal-contract/model/play-against-model.ts'
export type { JournalStep } from './journal-contract/model/play-against-model.ts'
export { simulatePayments } from './payment-simulation/simulate-payments.ts'
export type { PaymentRun, PaymentRunOptions } from './payment-simulation/simulate-payments.ts'
export { simulatePaymentSeeds } from './payment-simulation/simulate-payment-seeds.ts'
export type { PaymentRuns, PaymentRunsOptions } from './payment-simulation/simulate-payment-seeds.ts'
export { dangerousPaths } from './payment-simulation/coverage.ts'
export type { Coverage, DangerousPath } from './payment-simulation/coverage.ts'
export type { LedgerKind, Scenario, ServerPlan } from './payment-simulation/scenario.ts'
export type { Misbehaviour, Subject } from './payment-simulation/subject.ts'
export { strategyContract, strategyWeightContract } from './strategy-contract/strategy-contract.ts'
export type { StrategyRule } from './strategy-contract/strategy-rule.ts'
