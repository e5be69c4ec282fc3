import { createCertificates } from '@paylb/undici'
import axios from 'axios'
import type { AxiosInstance } from 'axios'
import type { AxiosInstance as RequiredInstance, AxiosRequestConfig as RequiredConfig } from 'axios' with {
  'resolution-mode': 'require',
}
import type { Balancer, PaymentOutcome } from '@paylb/core'
import { expectTypeOf, test } from 'vitest'
import { createAdapter, isPaymentError, paylb } from '../src/index.ts'
import type { Balanced, PaylbOptions, PaymentError } from '../src/index.ts'

test('an instance keeps its type and gets its balancer', () => {
  const payments = paylb(Object.assign(axios.create(), { own: 1 }), { servers: ['http://127.0.0.1:1'] })
  expectTypeOf(payments).toExtend<AxiosInstance>()
  expectTypeOf(payments.own).toEqualTypeOf<number>()
  expectTypeOf(payments.paylb).toEqualTypeOf<Balancer>()
})

test('an instance of axios as CommonJS has it will do', () => {
  const payments = paylb({} as RequiredInstance, { servers: ['http://127.0.0.1:1'] })
  expectTypeOf(payments).toEqualTypeOf<RequiredInstance & Balanced>()
  expectTypeOf(createAdapter).returns.toExtend<NonNullable<RequiredConfig['adapter']>>()
})

test('certificates of @paylb/undici are what tls takes', () => {
  expectTypeOf(createCertificates).returns.toExtend<NonNullable<PaylbOptions['tls']>>()
})

test('any instance may have a balancer', () => {
  expectTypeOf(axios.create().paylb).toEqualTypeOf<Balancer | undefined>()
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
  expectTypeOf<PaymentError['key']>().toEqualTypeOf<string | undefined>()
})
