import type { AttemptReport } from '@paylb/core'
import type { ServerAnswer } from './answer.ts'
import type { Exchange } from './exchange.ts'

/* Which dangerous paths an attempt is on, seen from outside. */

/** Notes what a new attempt means, before it is counted among the payment's own. */
export function noteAttempt({ request, payment, server, ledger }: Exchange): void {
  const { trace, coverage } = request.incarnation.world
  trace.note('attempt', payment.number, server.id)
  const last = request.lastExchange
  if (last === undefined || payment.isSafe) return
  if (last.status === 409) {
    request.waits += 1
    coverage.sometimes('waited for a 409 of our own attempt')
  }
  const isOpen = payment.exchanges.some((earlier) => earlier.request === request && !earlier.isProvenUnexecuted)
  if (isOpen && last.server !== server) coverage.sometimes('failed over within the ledger while an attempt was open')
  if (!isOpen && last.ledger !== ledger) coverage.sometimes('moved to another ledger after nothing was sent')
}

/** Notes what the sender is about to see. */
export function noteReport(
  { request, payment, isSent }: Exchange,
  report: AttemptReport<number>,
  answer: ServerAnswer | undefined,
): void {
  const { coverage } = request.incarnation.world
  if (payment.isSafe) return
  if (report.evidence !== 'answered') {
    if (report.status !== undefined) coverage.sometimes('an answer was cut')
    if (report.trouble === 'timeout' && !isSent) coverage.sometimes('a request was given up before a connection stood')
    if (report.trouble === 'cancelled' && !isSent) coverage.sometimes('the caller left before anything was sent')
    return
  }
  if (answer?.isReplay === true) coverage.sometimes('an answer was replayed by the ledger')
  if (report.status === 409 && request.attempts === 1) {
    coverage.sometimes("a caller's duplicate was answered 409 at once")
  }
  const isRefusal = report.status >= 400 && report.status < 500 && report.status !== 402 && report.status !== 409
  const isOpen = payment.exchanges.some((earlier) => earlier.claim < request.claim && !earlier.isProvenUnexecuted)
  if (isRefusal && isOpen) coverage.sometimes('a refusal came while an attempt was open')
}
