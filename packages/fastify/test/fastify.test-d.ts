import type { Balancer } from '@paylb/core'
import fastify from 'fastify'
import { expectTypeOf, test } from 'vitest'
import { paylb } from '../src/index.ts'

test('the app and its requests have a balancer; options are those of paylb, or a balancer with forward options', () => {
  const app = fastify()
  app.register(paylb, { prefix: '/payments', servers: ['http://10.0.0.1:8080'], maxBodyBytes: 1_000 })
  app.register(paylb, { balancer: app.paylb, maxBodyBytes: 1_000, decorateAs: 'refunds' })
  // @ts-expect-error a misspelt option
  app.register(paylb, { servers: ['http://10.0.0.1:8080'], maxBodybytes: 1_000 })
  expectTypeOf(app.paylb).toEqualTypeOf<Balancer>()
  app.get('/', (request) => {
    expectTypeOf(request.paylb).toEqualTypeOf<Balancer>()
  })
})
