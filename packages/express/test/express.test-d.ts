import type { Balancer } from '@paylb/core'
import express from 'express'
import { expectTypeOf, test } from 'vitest'
import { paylb } from '../src/index.ts'

test('request.paylb is a balancer where paylb was passed, and a handler fits everywhere', () => {
  const handler = paylb({ servers: ['http://10.0.0.1:8080'] })
  express().use(handler).use('/payments', handler).all('/refunds', handler)
  express.Router().get('/', (request) => {
    expectTypeOf(request.paylb).toEqualTypeOf<Balancer | undefined>()
  })
  expectTypeOf(handler.balancer).toEqualTypeOf<Balancer>()
})
