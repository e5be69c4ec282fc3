import { randomBytes } from 'node:crypto'
import type { Balancer } from '@paylb/core'
import { valuesOf } from '@paylb/core/doors'
import { Refusal } from './refusal.ts'

/*
 * Every paylb on the way leaves its name in `Via` (RFC 9110, section 7.6.3), so that a request that comes back to where it
 * was is noticed: each turn of a loop could be another charge. Services in a chain have different names.
 */

const mostOnTheWay = 8
const pseudonyms = new WeakMap<Balancer, string>()

/** The name of a balancer in `Via`: random, so that it tells nothing. */
export function pseudonymOf(balancer: Balancer): string {
  const pseudonym = pseudonyms.get(balancer) ?? `paylb-${randomBytes(4).toString('hex')}`
  pseudonyms.set(balancer, pseudonym)
  return pseudonym
}

/** @throws Refusal 508 for a request that was here before, or at too many others */
export function checkVia(rawHeaders: readonly string[], own: string): void {
  const values = valuesOf(rawHeaders, 'via')
  if (values.length === 0) return
  const passed: readonly string[] = values.join().match(/\bpaylb-[\da-f]{8}\b/gu) ?? []
  if (passed.includes(own)) throw new Refusal(508, 'the request was here before: it goes in a circle')
  if (passed.length > mostOnTheWay) {
    throw new Refusal(508, `the request has passed ${passed.length} paylb on its way, more than ${mostOnTheWay}`)
  }
}
