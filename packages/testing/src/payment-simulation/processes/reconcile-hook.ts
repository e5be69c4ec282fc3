import type { PaymentRecord, Reconciled, Server } from '@paylb/core'
import type { World } from '../world.ts'
import type { Incarnation } from './incarnation.ts'

/*
 * A user's reconcile hook that tells the truth, when it answers at all: executed, or declined in a ledger that will never
 * execute that key any more. Everything else is *not-found*, which a paused server may yet prove wrong.
 */

/** Asks a server what became of a payment. */
export function askServer(
  incarnation: Incarnation,
  record: PaymentRecord,
  server: Server,
  signal: AbortSignal,
): Promise<Reconciled> {
  const { world } = incarnation
  const { dice, coverage } = world
  if (!incarnation.interact()) return new Promise(() => {})
  const fault = world.faults.hook.draw(dice)
  if (fault !== undefined) world.injected(`hook ${fault}`)
  if (fault === 'throws') {
    coverage.sometimes('a reconcile hook threw')
    throw new Error('the reconcile hook failed')
  }
  if (fault === 'hangs' || !world.serverOf(server).isUp) {
    coverage.sometimes('a reconcile hook hung')
    return new Promise(() => {})
  }
  if (fault === 'does-not-know') return Promise.resolve('unknown')
  const answer = truthOf(record, server, world)
  return new Promise((resolve) => {
    incarnation.later(dice.between(1, fault === 'slow' ? 2_000 : 5), () => {
      if (!signal.aborted) resolve(answer)
    })
  })
}

/** What is true of a payment on a server now. */
export function truthOf(
  { key, fingerprint = '' }: Pick<PaymentRecord, 'key' | 'fingerprint'>,
  server: Pick<Server, 'id'>,
  { payments, servers, terms, coverage }: World,
): Reconciled {
  const payment = payments.get(fingerprint)
  const ledger = servers.get(server.id)?.ledger
  if (payment === undefined || ledger === undefined) return 'unknown'
  const hasExecuted = payment.exchanges.some((one) => one.hasExecuted && one.ledger === ledger.name)
  if (hasExecuted) {
    coverage.sometimes('a server was asked and found the payment executed')
    return 'succeeded'
  }
  payment.wasNotFound = true
  return terms.scope === 'payment' && ledger.hasDeclined(key, fingerprint) ? 'declined' : 'not-found'
}
