import { seededRandom } from '@paylb/testing'
import type { ToldOutcome } from '@paylb/testing'

/** One payment of a caller, as it was drawn, and what its caller knows of it. */
export interface Payment {
  readonly reference: string
  /** Undefined for a bare payment, which its caller never sends twice. */
  readonly key: string | undefined
  readonly amount: number
  /** The caller leaves this long after the first request was sent. */
  readonly hangsUpAfterMs: number | undefined
  readonly thinkMs: number
  /** The last thing that the caller was told: unknown until then. */
  outcome: ToldOutcome
  firstOutcome: ToldOutcome | undefined
  /** How often it was sent. */
  requests: number
  /** Whether the last request ended with an answer of the API. */
  isAnswered: boolean
  /** How long each request took. */
  readonly latenciesMs: number[]
}

/** What payments are drawn from. */
export interface PaymentHabits {
  /** The share of payments whose caller leaves before the answer. */
  readonly hangUpShare: number
  /** How long a caller thinks between two payments, on average. */
  readonly thinkMs: number
  /** How long the API waits for a server; callers who leave do so earlier. */
  readonly headMs: number
}

const bareShare = 0.15

/** Draws the payment with this number: the same for the same seed. */
export function drawPayment(seed: number, number: number, habits: PaymentHabits): Payment {
  const random = seededRandom(Math.imul(seed, 0x9e37_79b1) + number)
  const reference = `payment-${number}`
  const key = random() < bareShare ? undefined : `key-${seed}-${number}`
  return {
    reference,
    key,
    amount: 1 + Math.floor(random() * 100_000),
    hangsUpAfterMs: random() < habits.hangUpShare ? Math.ceil(random() * habits.headMs * 0.2) : undefined,
    thinkMs: random() * 2 * habits.thinkMs,
    outcome: 'unknown',
    firstOutcome: undefined,
    requests: 0,
    isAnswered: false,
    latenciesMs: [],
  }
}

/** Whether a caller with this answer does not know yet what became of the payment. */
export function isOpen(outcome: ToldOutcome): boolean {
  return outcome === 'unknown' || outcome === 'pending'
}
