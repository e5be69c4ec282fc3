import type { PaymentRecord, Reconciled, Server } from '@paylb/core'

const longestQuestionMs = 1_000

/** Asks a payment server's status route what became of a key, as a user of paylb would write it. */
export async function reconcile(payment: PaymentRecord, server: Server, signal: AbortSignal): Promise<Reconciled> {
  const answer = await fetch(`${server.url}/charges/${encodeURIComponent(payment.key)}`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(longestQuestionMs)]),
  })
  const { status } = (await answer.json()) as { readonly status?: unknown }
  if (answer.status === 404) return 'not-found'
  return answer.status === 200 && (status === 'succeeded' || status === 'declined') ? status : 'unknown'
}
