import { fetch as undiciFetch, request } from 'undici'
import { expectTypeOf, test } from 'vitest'

import { createDispatcher } from '../src/index.ts'

test('a dispatcher fits the fetch of Node and that of undici, and its functions', () => {
  const dispatcher = createDispatcher({ servers: ['http://a'] })
  expectTypeOf(fetch).toBeCallableWith('http://payments/charges', { dispatcher, method: 'POST' })
  expectTypeOf(undiciFetch).toBeCallableWith('http://payments/charges', { dispatcher, method: 'POST' })
  expectTypeOf(request<null>).toBeCallableWith('http://payments/charges', { dispatcher, method: 'POST' })
})

test('options are known by name, and stand for a balancer or beside one', () => {
  const dispatcher = createDispatcher({ servers: ['http://a'], requireKey: true })
  expectTypeOf(createDispatcher).toBeCallableWith(dispatcher.balancer, { requireKey: true })
  // @ts-expect-error an option that does not exist
  createDispatcher({ servers: ['http://a'], pathFilter: '/payments' })
})
