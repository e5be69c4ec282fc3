import type { Health, Observer, PaymentEnd, Pick, PaymentOutcome, Server, Warning } from '@paylb/core'
import type { PaymentRequest } from '../book/payment-request.ts'
import type { Exchange } from '../network/exchange.ts'
import { BudgetCheck } from './budget-check.ts'
import { EjectionCheck } from './ejection-check.ts'
import type { Incarnation } from './incarnation.ts'

/* What a process says of itself, held against what is true. */

const warningsThatMayBe: ReadonlySet<Warning['code']> = new Set<Warning['code']>([
  'journal-failed',
  'journal-is-local',
  'ledger-unused',
  'no-ejections',
  'queue-unused',
  'recovery-hook-failed',
  'unauthorized',
  'zone-empty',
])

/** Watches one life of a process. */
export class Watch implements Observer {
  readonly #incarnation: Incarnation
  readonly #ejections: EjectionCheck
  readonly #budget: BudgetCheck
  readonly #ended = new Map<PaymentOutcome, number>()

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
    this.#ejections = new EjectionCheck(incarnation)
    this.#budget = new BudgetCheck(incarnation)
  }

  onPick({ server, reason }: Pick): void {
    const { members, world, isDead } = this.#incarnation
    if (isDead) return
    if (!members.isListed(server.id)) world.violate(undefined, `${server.id} was picked, but is not to be picked`)
    if (reason === 'panic') world.coverage.sometimes('a server was picked in panic')
    if (reason === 'probation') world.coverage.sometimes('a server was tried on probation')
    if (reason === 'strategy' && this.#ejections.isEjected(server.id)) {
      world.violate(undefined, `${server.id} was picked while it was ejected`)
    }
  }

  onHealthChange({ server, before, after }: { server: Server; before: Health; after: Health }): void {
    if (!this.#incarnation.isDead) this.#ejections.changed(server.id, before, after)
  }

  onFreeze({ isFrozen }: { isFrozen: boolean }): void {
    if (isFrozen) this.#incarnation.world.coverage.sometimes('ejections were frozen')
  }

  onPaymentEnd({ outcome }: PaymentEnd): void {
    if (this.#incarnation.interact()) this.#ended.set(outcome, (this.#ended.get(outcome) ?? 0) + 1)
  }

  onWarning({ code, message, error }: Warning): void {
    if (warningsThatMayBe.has(code) || this.#incarnation.isDead) return
    this.#incarnation.world.violate(undefined, `the balancer warns: ${message} (${String(error)})`)
  }

  /** How many payments ended in each way. */
  get ended(): ReadonlyMap<PaymentOutcome, number> {
    return this.#ended
  }

  left(id: string): void {
    this.#ejections.left(id)
  }

  requestBegan(): void {
    this.#budget.requestBegan()
  }

  attempted(exchange: Exchange): void {
    this.#budget.attempted(exchange)
    const { world, clock } = this.#incarnation
    const { request } = exchange
    const isLate = request.attempts === 1 && clock.now() > request.startedAtMs
    const hasOtherReason = world.store.slowMs > 0 || world.scenario.duplicates === 'wait'
    if (isLate && !hasOtherReason) world.coverage.sometimes('a request waited in the queue')
  }

  /** An attempt on this server went wrong, in a way that counts against it. */
  failed(id: string): void {
    this.#ejections.failed(id)
  }

  /** `run` rejected. */
  ran(request: PaymentRequest, error: unknown): void {
    const { world, isDead } = this.#incarnation
    if (isDead) return
    const { PaylbError } = world.subject
    if (!PaylbError.isInstance(error)) return world.violate(request.payment, `run threw ${String(error)}`)
    if (error.outcome !== request.told) {
      world.violate(request.payment, `the error says ${error.outcome}, but its caller was told ${request.told}`)
    }
    if (error.code === 'payment-in-progress' && error.outcome !== 'pending') {
      world.coverage.sometimes('a key was not sent again, for it is not recognised')
    }
    if (request.attempts === 0 && request.claim > 1 && error.code === 'no-server-available') {
      world.coverage.sometimes('a pinned key was refused, for its ledger had no server')
    }
  }

  requestEnded(request: PaymentRequest): void {
    const { world, clock } = this.#incarnation
    const isLate = clock.now() - request.startedAtMs >= request.totalMs
    if (isLate && request.attempts < world.scenario.maxAttempts) {
      world.coverage.sometimes('the time was up before another attempt')
    }
  }

  recoveryFailed(error: unknown): void {
    const { world, isDead } = this.#incarnation
    if (isDead || error instanceof world.subject.JournalUnavailableError) return
    world.violate(undefined, `a recovery gave up half way: ${String(error)}`)
  }
}
