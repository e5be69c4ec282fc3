import type { Observer, PaymentEnd, Strategy } from '@paylb/core'
import { onTestFinished } from 'vitest'

import { createDispatcher, type DispatcherOptions, type PaymentDispatcher } from '../../src/index.ts'

/* So that a test knows who is tried first. */
const inOrder: Strategy = { name: 'in-order', pick: (candidates) => candidates[0] }

/** A dispatcher over servers at these ports, tried in this order, destroyed when the test has ended. */
export function dispatcherFor(ports: readonly number[], options: Partial<DispatcherOptions> = {}): PaymentDispatcher {
  const servers = ports.map((port) => `http://127.0.0.1:${port}`)
  const dispatcher = createDispatcher({ servers, strategy: inOrder, ...options })
  onTestFinished(() => dispatcher.destroy())
  return dispatcher
}

/** An observer that keeps how payments ended. */
export function endings(): { readonly ended: PaymentEnd[]; readonly observer: Observer } {
  const ended: PaymentEnd[] = []
  return { ended, observer: { onPaymentEnd: (payment) => void ended.push(payment) } }
}
