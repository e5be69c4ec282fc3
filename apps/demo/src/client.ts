import { setTimeout as sleep } from 'node:timers/promises'

/* Callers of the API: they send payments at a steady rate, whatever happens, and write down what they are told. */

/** What a caller was told of one payment. */
export interface ToldPayment {
  readonly reference: string
  readonly outcome: 'succeeded' | 'declined' | 'rejected' | 'not-executed' | 'pending' | 'unknown'
  readonly latencyMs: number
  /** False when the API broke the connection instead of answering. */
  readonly answered: boolean
}

const outcomes: ReadonlySet<string> = new Set([
  'succeeded',
  'declined',
  'rejected',
  'not-executed',
  'pending',
  'unknown',
])

/**
 * Sends payments until `signal` aborts, then waits for the answers that are still out.
 *
 * @param onTold called for each payment as soon as its caller knows
 */
export async function sendPayments(
  url: string,
  perSecond: number,
  signal: AbortSignal,
  onTold: (told: ToldPayment) => void,
): Promise<void> {
  const waiting = new Set<Promise<void>>()
  const startedAt = performance.now()
  for (let count = 0; !signal.aborted; count += 1) {
    const payment = pay(url, count).then(onTold)
    waiting.add(payment)
    void payment.finally(() => waiting.delete(payment))
    const dueInMs = startedAt + ((count + 1) * 1_000) / perSecond - performance.now()
    if (dueInMs > 0) await sleep(dueInMs, undefined, { signal }).catch(() => {})
  }
  await Promise.all(waiting)
}

/* Two of three payments carry an idempotency key; the third is bare. None is sent twice by its caller. */
async function pay(url: string, count: number): Promise<ToldPayment> {
  const reference = `payment-${count}`
  const key = count % 3 === 0 ? {} : { 'idempotency-key': reference }
  const sentAt = performance.now()
  const told = await ask(`${url}/payments/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify({ amount: 100 + count, currency: 'EUR', reference }),
  })
  return { reference, ...told, latencyMs: performance.now() - sentAt }
}

async function ask(url: string, request: RequestInit): Promise<Omit<ToldPayment, 'reference' | 'latencyMs'>> {
  try {
    const answer = await fetch(url, request)
    await answer.arrayBuffer()
    const outcome = answer.headers.get('paylb-outcome')
    if (!isOutcome(outcome)) throw new Error(`the API answered ${answer.status} without an outcome`)
    return { outcome, answered: true }
  } catch {
    return { outcome: 'unknown', answered: false }
  }
}

function isOutcome(value: string | null): value is ToldPayment['outcome'] {
  return value !== null && outcomes.has(value)
}
