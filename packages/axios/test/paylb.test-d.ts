import axios from 'axios'
import type { AxiosInstance } from 'axios'
import type { Balancer, PaymentOutcome } from '@paylb/core'
import { expectTypeOf, test } from 'vitest'
import { isPaymentError, paylb } from '../src/index.ts'
import type { PaylbOptions, PaymentError } from '../src/index.ts'

test('an instance keeps its type and gets its balancer', () => {
  const payments = paylb(Object.assign(axios.create(), { own: 1 }), { servers: ['http://127.0.0.1:1'] })
  expectTypeOf(payments).toExtend<AxiosInstance>()
  expectTypeOf(payments.own).toEqualTypeOf<number>()
  expectTypeOf(payments.paylb).toEqualTypeOf<Balancer>()
})

test('options of the balancer and of the client stand in one object, and others are refused', () => {
  const servers = ['http://127.0.0.1:1']
  const timeouts = { connectMs: 1 }
  expectTypeOf({ servers, strategy: 'round-robin', keyHeader: 'X-Key', timeouts } as const).toExtend<PaylbOptions>()
  // @ts-expect-error an option that does not exist
  paylb(axios.create(), { servers, retries: 3 })
})

test('an error says what is known about the payment', () => {
  expectTypeOf(isPaymentError).guards.toEqualTypeOf<PaymentError>()
  expectTypeOf<PaymentError['outcome']>().toEqualTypeOf<PaymentOutcome>()
})
