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
export type { FoundExecution } from './ledger-checker/read-executions.ts'
export type { ToldOutcome, ToldPayment } from './ledger-checker/told-payment.ts'
export { adapterContract } from './adapter-contract/adapter-contract.ts'
export type {
  AdapterRule,
  ForwardSettings,
  MountAdapter,
  MountedAdapter,
  Mounting,
} from './adapter-contract/adapter-rule.ts'
