import type { Exchange } from '../network/exchange.ts'
import { isSpokenOf } from './check-told.ts'

/** A server executes a payment: it must be the only time, and nobody may have been told that it would never happen. */
export function checkExecution(exchange: Exchange): void {
  const { request, payment, server, ledger } = exchange
  const { world } = request.incarnation
  exchange.hasExecuted = true
  if (payment.isSafe) return
  payment.executions += 1
  request.executions += 1
  world.executed(ledger)
  world.trace.note('executed', payment.number, server.id)
  if (payment.wasNotFound) world.coverage.sometimes('a server did not find a payment that was executed later')
  const where = `server ${server.id} executed it on ledger ${ledger}`
  if (request.executions > 1) world.violate(payment, `${where}, for the second time in one request`)
  if (payment.executions > 1 && world.terms.scope === 'payment') {
    const on = payment.exchanges.filter((one) => one.hasExecuted).map((one) => `${one.server.id} (${one.ledger})`)
    world.violate(payment, `${where}, and it is executed ${payment.executions} times: ${on.join(', ')}`)
  }
  const wasRuledOut = request.toldNone || (payment.key !== undefined && isSpokenOf(exchange.claim, payment))
  if (wasRuledOut) world.violate(payment, `${where} after its caller was told that it was not executed`)
  if (exchange.isReported && exchange.isProvenUnexecuted) world.violate(payment, `${where} after proof of the contrary`)
}
