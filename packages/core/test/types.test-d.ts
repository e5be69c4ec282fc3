import { expectTypeOf, test } from 'vitest'
import { createBalancer } from '../src/index.ts'
import type { Balancer, BalancerOptions, Call, Lease, Outcome, Strategy, StrategyName } from '../src/index.ts'

const servers = ['http://10.0.0.1:8080']

test('run gives what the attempts give', () => {
  const call = {} as Call<{ readonly status: number }>
  expectTypeOf(createBalancer({ servers }).run(call)).resolves.toEqualTypeOf<{ readonly status: number }>()
})

test('a strategy is a name from the registry or an object with pick', () => {
  expectTypeOf<BalancerOptions['strategy']>().toEqualTypeOf<StrategyName | Strategy | undefined>()
  const first: Strategy = { pick: (candidates) => candidates[0] }
  expectTypeOf(createBalancer).toBeCallableWith({ servers, strategy: first })
  expectTypeOf(createBalancer).toBeCallableWith({ servers, strategy: 'load-based' })
  // @ts-expect-error there is no such strategy
  createBalancer({ servers, strategy: 'fastest' })
})

test('servers are needed, and nothing unknown is accepted', () => {
  expectTypeOf(createBalancer).parameter(0).toHaveProperty('servers')
  // @ts-expect-error no servers
  createBalancer({})
  // @ts-expect-error unknown option
  createBalancer({ servers, retries: 3 })
  // @ts-expect-error unknown option of a server
  createBalancer({ servers: [{ url: 'http://10.0.0.1', wieght: 2 }] })
})

test('an id cannot be changed', () => {
  const balancer = {} as Balancer
  expectTypeOf<Parameters<typeof balancer.update>[1]>().not.toHaveProperty('id')
})

test('a lease takes outcomes of known kinds only', () => {
  expectTypeOf<Parameters<Lease['record']>>().toEqualTypeOf<[outcome: Outcome]>()
  // @ts-expect-error "failed" is not a word of this vocabulary
  const outcome: Outcome = { kind: 'failed', evidence: 'sent' }
  expectTypeOf(outcome).toEqualTypeOf<Outcome>()
})
