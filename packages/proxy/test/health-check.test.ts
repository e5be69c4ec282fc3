import { createBalancer } from '@paylb/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createForwarder, paylb } from '../src/index.ts'
import type { Forwarder, ForwardOptions, PaylbOptions } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* Checks by option: what they find is tested where they are made. */

const healthCheck = { path: '/health', intervalMs: 5, jitter: 0, healthyAfter: 1, unhealthyAfter: 1 }

/* A server that takes note of who asks, and says that it is ill if it is. */
async function startServer(isWell: boolean): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = []
  const url = await serve((request, response) => {
    asked.push(request.url)
    response.statusCode = isWell ? 200 : 503
    response.end()
  })
  return { url, asked }
}

function forwarderFor(...given: Parameters<typeof createForwarder>): Forwarder {
  const forwarder = createForwarder(...given)
  onTestFinished(() => forwarder.close())
  return forwarder
}

const ways: readonly (readonly [
  string,
  (servers: string[]) => [PaylbOptions] | [PaylbOptions | ReturnType<typeof createBalancer>, ForwardOptions],
])[] = [
  ['one object with all options', (servers) => [{ servers, healthCheck }]],
  ['a balancer and forward options', (servers) => [createBalancer({ servers }), { healthCheck }]],
  ['servers with checks of their own', (servers) => [{ servers: servers.map((url) => ({ url, healthCheck })) }]],
]

test.for(ways)('with %s, a server whose checks fail gets no payment', async ([, optionsFor]) => {
  const [ill, well] = await Promise.all([startServer(false), startServer(true)])
  const given = optionsFor([ill.url, well.url])
  const handler = paylb(...(given as [PaylbOptions]))
  onTestFinished(() => handler.close())
  const app = await serve(handler)
  await expect.poll(() => handler.balancer.snapshot().servers[0]?.health.state).toBe('ejected')
  for (let count = 0; count < 10; count += 1) {
    expect((await fetch(`${app}/charges`, { method: 'POST', body: 'amount=1' })).status).toBe(200)
  }
  expect(new Set(ill.asked)).toEqual(new Set(['/health']))
  expect(well.asked.filter((path) => path === '/charges').length).toBe(10)
})

test.for([undefined, false] as const)('without the option (%s) nothing is checked', async (option) => {
  const server = await startServer(true)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  onTestFinished(() => timers.mockRestore())
  forwarderFor({ servers: [server.url], ...(option === undefined ? {} : { healthCheck: option }) })
  expect(timers).not.toHaveBeenCalled()
  expect(server.asked).toEqual([])
})

test('of several adapters on one balancer, only the one that was told checks', async () => {
  const server = await startServer(true)
  const balancer = createBalancer({ servers: [{ url: server.url, healthCheck: { ...healthCheck, path: '/own' } }] })
  const reported = vi.spyOn(balancer, 'reportCheck')
  forwarderFor(balancer)
  const told = forwarderFor(balancer, { healthCheck: { ...healthCheck, intervalMs: 60_000 }, forward: false })
  forwarderFor(balancer, {})
  await expect.poll(() => reported.mock.calls.length).toBeGreaterThan(0)
  await told.close()
  await expect.poll(() => server.asked.length).toBeGreaterThan(3)
})

test('checks stop when the forwarder closes, while a payment is still under way', async () => {
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>()
  const asked: (string | undefined)[] = []
  const server = await serve((request, response) => {
    asked.push(request.url)
    if (request.url === '/health') response.end()
    else void mayAnswer.then(() => response.end('paid'))
  })
  const handler = paylb({ servers: [server], healthCheck })
  const app = await serve(handler)
  const answer = fetch(`${app}/charges`, { method: 'POST', body: 'amount=1' })
  await expect.poll(() => asked.includes('/charges') && asked.includes('/health')).toBe(true)
  const reported = vi.spyOn(handler.balancer, 'reportCheck')
  const closed = handler.close()
  letAnswer()
  expect(await (await answer).text()).toBe('paid')
  await closed
  expect(reported).not.toHaveBeenCalled()
})

test("a balancer's chance spreads its checks", async () => {
  const server = await startServer(true)
  const random = vi.fn<() => number>(() => 0)
  forwarderFor({ servers: [server.url], healthCheck: { ...healthCheck, intervalMs: 600_000 }, random })
  await expect.poll(() => server.asked).toEqual(['/health'])
  expect(random).toHaveBeenCalled()
})
