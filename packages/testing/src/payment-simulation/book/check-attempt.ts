import type { AttemptContext } from '@paylb/core'
import type { Exchange } from '../network/exchange.ts'

/*
 * What must hold of every attempt at the moment it begins. Attempts that ended with proof that nothing was executed do
 * not count; all others may have been executed, whatever really became of them.
 */

/** Holds an attempt that is about to begin against the rules. */
export function checkAttempt(exchange: Exchange, context: AttemptContext): void {
  const { request, payment, server } = exchange
  const { world, clock, members } = request.incarnation
  const wrong = (message: string): void => world.violate(payment, `attempt on ${server.id}: ${message}`)
  const { maxAttempts, totalMs } = world.scenario
  if (context.key !== payment.key) wrong(`it carries the key ${context.key} instead of ${payment.key}`)
  if (request.attempts - request.waits > maxAttempts) {
    wrong(`it is number ${request.attempts}, with ${request.waits} waits, where ${maxAttempts} attempts are allowed`)
  }
  if (request.isGone) wrong('the caller had gone')
  if (clock.now() - request.startedAtMs >= totalMs) wrong('the deadline had passed')
  if (context.headMs > context.remainingMs || context.headMs > request.headMs) wrong('it has more time than there is')
  if (members.isDrained(server.id, request.beganAtMs)) wrong('the server was drained to its end')
  const isJournalled = payment.key !== undefined && world.scenario.journal === 'durable'
  if (isJournalled && request.writtenTo !== server.id) wrong('it was not written down before')
  if (!payment.isSafe) checkOpenAttempts(exchange, wrong)
}

function checkOpenAttempts(exchange: Exchange, wrong: (message: string) => void): void {
  const { request, payment, ledger } = exchange
  const { world } = request.incarnation
  const { terms } = world
  for (const earlier of payment.exchanges) {
    if (earlier === exchange || earlier.isProvenUnexecuted) continue
    const at = `an earlier attempt on ${earlier.server.id} may have been executed`
    if (earlier.ledger !== ledger) wrong(`${at}, on another ledger`)
    if (!terms.mayResend && earlier.request === request) wrong(`${at}, and nothing protects the payment`)
    if (!terms.recognisesKeys && payment.key !== undefined) wrong(`${at}, and its servers do not recognise keys`)
    if (payment.key === undefined) wrong(`${at}, and it has no key`)
    checkAge(earlier, world.timeline.nowMs, wrong)
  }
}

/* paylb stops at 90 % of the time to live, so it is late only if it forgot to look. */
const slackMs = 500

function checkAge(earlier: Exchange, nowMs: number, wrong: (message: string) => void): void {
  const { payment, request } = earlier
  const { declaredTtlMs, journal } = request.incarnation.world.scenario
  if (journal === 'memory' || payment.firstSentAtMs === undefined || payment.isConcluded) return
  const ageMs = nowMs - payment.firstSentAtMs
  if (ageMs > declaredTtlMs + slackMs) wrong(`its key is ${ageMs} ms old, and open; the ledger may have forgotten it`)
}
