import type { Balancer } from '@paylb/core'
import Koa from 'koa'
import { expectTypeOf, test } from 'vitest'
import { paylb } from '../src/index.ts'

test('ctx.paylb is a balancer where paylb was passed', () => {
  const app = new Koa()
  app.use(paylb({ servers: ['http://10.0.0.1:8080'], pathFilter: '/payments' }))
  app.use((context) => {
    expectTypeOf(context.paylb).toEqualTypeOf<Balancer | undefined>()
  })
})
