import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { startPaymentServer } from '@paylb/testing'
import type { PaymentServer } from '@paylb/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newFolder, pay, serve, snippets, writeSnippet } from './support/snippets.ts'

const ofReadme = ['express', 'fastify', 'koa', 'node', 'health-check']
const apis = [...ofReadme, 'express-app', 'fastify-app', 'koa-app']

const folder = newFolder()
let servers: PaymentServer[]
let ports: number[]

beforeAll(async () => {
  servers = await Promise.all([1, 2, 3].map(() => startPaymentServer()))
  ports = servers.map((server) => server.port)
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  folder.remove()
})

describe('every API of the README and of the pages forwards payments, also past a server that refuses connections', () => {
  test.for(apis)('%s', async (name) => {
    const api = await serve(folder.path, name, ports)
    try {
      for (const refuse of [false, true]) {
        await servers[1]?.setFaults({ refuse })
        for (let count = 0; count < 12; count += 1) {
          const answer = await pay(api.chargesUrl, `${name}-${refuse}-${count}`)
          expect([answer.status, answer.headers.get('paylb-outcome')]).toEqual([201, 'succeeded'])
        }
      }
    } finally {
      await servers[1]?.setFaults({})
      await api.stop()
    }
  })
})

test('axios: the client of the README charges', async () => {
  expect(await run('axios')).toMatch(/^charged \{/u)
})

test('axios-errors: an error says what became of the payment', async () => {
  expect(await run('axios-errors')).toMatch(/^not-executed \d\n$/u)
})

test('membership: servers come and go', async () => {
  expect(await run('membership')).toContain(`[ '127.0.0.1:${ports[1]}', 'pay-3' ]`)
})

test('own-strategy: a strategy of the user picks', async () => {
  expect(await run('own-strategy')).toBe(`127.0.0.1:${ports[1]}\n`)
})

test('priorities: the other cloud is not needed', async () => {
  expect(await run('priorities')).toBe(
    "[ 'here-1', 'here-2' ]\n[ { server: 'other-cloud', reason: 'priority-not-needed' } ]\n",
  )
})

test('strategy-contract: a strategy of the user holds every rule', async () => {
  const held = await run('strategy-contract')
  expect(held.split('\n').filter((line) => line.startsWith('holds: ')).length).toBeGreaterThanOrEqual(10)
})

test('journal: a balancer with a durable journal starts with nothing to recover', async () => {
  expect(await run('journal')).toBe('{ found: 0, succeeded: 0, declined: 0, unknown: 0 }\n')
})

test('explain: a pick is explained while it happens', async () => {
  expect(await run('explain')).toMatch(/^127\.0\.0\.1:\d+ strategy 2\n$/u)
})

test('fetch: a payment through a dispatcher', async () => {
  expect(await run('fetch')).toBe('201 succeeded\n')
})

test('fetch-errors: what went wrong stands in the cause', async () => {
  expect(await run('fetch-errors')).toMatch(/^not-executed \d\n$/u)
})

test('no snippet goes untested', () => {
  const tested = [
    ...apis,
    'axios',
    'axios-errors',
    'journal',
    'membership',
    'own-strategy',
    'priorities',
    'explain',
    'strategy-contract',
    'fetch',
    'fetch-errors',
    'tls', // in tls.test.ts
  ]
  expect([...snippets.keys()].toSorted()).toEqual(tested.toSorted())
})

async function run(name: string): Promise<string> {
  const file = writeSnippet(folder.path, name, ports, 0)
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder.path })
  return stdout
}
