import { once } from 'node:events'
import { Agent } from 'node:http'
import { describe, expect, test } from 'vitest'
import { charge, failureOf, send, until } from './support/client.ts'
import { atEnd, start } from './support/scope.ts'

const refused = 'ECONNREFUSED'
const reset = 'ECONNRESET'

describe('refuse', () => {
  test('refuses connections until it is taken back, on the same port', async () => {
    const server = await start()
    await server.setFaults({ refuse: true })
    expect(await failureOf(charge(server, 'order-1'))).toBe(refused)
    await server.setFaults({ refuse: false })
    expect((await charge(server, 'order-1')).status).toBe(201)
    expect(server.stats().executions).toBe(1)
  })

  test('ends idle connections too', async () => {
    const server = await start()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    atEnd(() => agent.destroy())
    await charge(server, 'order-1', { agent })
    const [idle] = Object.values(agent.freeSockets).flat()
    const ended = once(idle ?? agent, 'close')
    await server.setFaults({ refuse: true })
    await ended
    expect(await failureOf(charge(server, 'order-2', { agent }))).toBe(refused)
  })

  test('lets a request in flight end, and does not keep its connection', async () => {
    const server = await start({ faults: { delayMs: 50 } })
    const agent = new Agent({ keepAlive: true })
    atEnd(() => agent.destroy())
    const answer = charge(server, 'order-1', { agent })
    await until(() => server.stats().delays === 1)
    await server.setFaults({ refuse: true })
    const { status, headers } = await answer
    expect([status, headers.connection]).toEqual([201, 'close'])
  })
})

test('a closed server has no connection, no listener and no ledger left', async () => {
  const server = await start({ faults: { stall: true } })
  const agent = new Agent({ keepAlive: true })
  atEnd(() => agent.destroy())
  const idle = send(`${server.url}/health`, { agent })
  await idle
  const stalled = failureOf(charge(server, 'order-1'))
  await until(() => server.stats().stalls === 1)
  await server.close()
  expect(await stalled).toBe(reset)
  expect(await failureOf(send(`${server.url}/health`))).toBe(refused)
  expect(server.stats().inFlight).toBe(0)
  await expect(server.setFaults({})).rejects.toThrow('closed')
})
