import { Agent } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { checkLedgers } from '../src/index.ts'
import { charge, failureOf, send, until } from './support/client.ts'
import { isAlive } from './support/is-alive.ts'
import { spawn, start, temporaryFile } from './support/scope.ts'

vi.setConfig({ testTimeout: 30_000 })

/* So many callers at once, each sending its next bare charge when the last one is answered. */
function keepCharging(server: { readonly url: string }, callers: number) {
  const agent = new Agent({ keepAlive: true })
  const endings = new Set<string>()
  let answered = 0
  const stopping = new AbortController()
  async function call(): Promise<void> {
    while (!stopping.signal.aborted) {
      endings.add(await failureOf(charge(server, undefined, { agent })))
      answered += 1
    }
  }
  const calls = Promise.all(Array.from({ length: callers }, call))
  return {
    answered: () => answered,
    async stop(): Promise<ReadonlySet<string>> {
      stopping.abort()
      await calls
      agent.destroy()
      return endings
    },
  }
}

describe('a payment server in its own process', () => {
  test('takes payments, faults and questions like one in this process', async () => {
    const server = await spawn({ id: 'pay-1', loadReport: true, capacity: 2 })
    const reply = await charge(server, 'order-1')
    expect(reply.headers['endpoint-load-metrics']).toBe('TEXT application_utilization=0.5')
    expect(JSON.parse(reply.body)).toMatchObject({ server: 'pay-1', status: 'succeeded' })
    await server.setFaults([{ decline: true }])
    expect((await charge(server, 'order-2')).status).toBe(402)
    expect(await server.stats()).toMatchObject({ executions: 1, declines: 1 })
    expect(server.pid).not.toBe(process.pid)
  })

  test('can still be commanded while it refuses connections', async () => {
    const server = await spawn()
    await server.setFaults({ refuse: true })
    expect(await failureOf(charge(server, 'order-1'))).toBe('ECONNREFUSED')
    await server.setFaults({})
    expect((await charge(server, 'order-1')).status).toBe(201)
  })

  test('refuses wrong faults over its control port, with the reason', async () => {
    const { controlUrl } = await spawn()
    const put = (body: string) => send(`${controlUrl}/__faults`, { method: 'PUT', body })
    expect(await put('{"reset":"never"}')).toMatchObject({ status: 400, body: /faults\.reset: "never"/u })
    expect(await put('{')).toMatchObject({ status: 400 })
    expect(await send(`${controlUrl}/__nothing`)).toMatchObject({ status: 404 })
  })

  test('killed in the middle of a delayed charge, has executed nothing and holds no key', async () => {
    const ledgerFile = temporaryFile('shared.sqlite')
    const [doomed, other] = await Promise.all([spawn({ ledgerFile }), spawn({ ledgerFile })])
    await doomed.setFaults({ delayMs: 60_000 })
    const failure = failureOf(charge(doomed, 'order-1'))
    await until(async () => (await doomed.stats()).delays === 1)
    expect((await charge(other, 'order-1')).status).toBe(409)
    await doomed.kill()
    expect(await failure).toBe('ECONNRESET')
    expect(checkLedgers({ ledgers: [ledgerFile], told: [] }).executions).toBe(0)
    expect((await charge(other, 'order-1')).status).toBe(201)
  })

  test('paused past a caller’s timeout, executes once it is resumed', async () => {
    const server = await spawn()
    await server.pause()
    expect(await failureOf(charge(server, 'order-1', { timeoutMs: 200 }))).toBe('TIMEOUT')
    const check = () => checkLedgers({ ledgers: [server.ledgerFile], told: [{ key: 'order-1', outcome: 'unknown' }] })
    expect(check().executions).toBe(0)
    server.resume()
    await until(() => check().executions === 1)
    expect(check().ok).toBe(true)
  })

  test('paused and resumed at once, again and again, always goes on', async () => {
    const server = await spawn()
    for (let round = 0; round < 50; round += 1) {
      await server.pause()
      server.resume()
    }
    expect((await charge(server, 'order-1', { timeoutMs: 2_000 })).status).toBe(201)
  })

  test('paused under load, never stops another server of the same ledger', async () => {
    const ledgerFile = temporaryFile('shared.sqlite')
    const [paused, other] = await Promise.all([spawn({ ledgerFile }), spawn({ ledgerFile })])
    const load = keepCharging(paused, 20)
    for (let round = 0; round < 30; round += 1) {
      const before = load.answered()
      await until(() => load.answered() > before + 5)
      await paused.pause()
      expect((await charge(other, `other-${round}`, { timeoutMs: 3_000 })).status).toBe(201)
      paused.resume()
    }
    expect(await load.stop()).toEqual(new Set(['status 201']))
  })

  test('restarted, is there again on the same port with the same ledger', async () => {
    const server = await spawn()
    const { pid, url } = server
    await charge(server, 'order-1')
    await server.kill()
    expect(await failureOf(charge(server, 'order-2'))).toBe('ECONNREFUSED')
    await server.restart()
    expect(server.url).toBe(url)
    expect(server.pid).not.toBe(pid)
    expect((await charge(server, 'order-1')).headers['idempotent-replayed']).toBe('true')
    expect((await server.stats()).executions).toBe(0)
  })

  test('killed while it is being restarted, is not there afterwards', async () => {
    const server = await spawn()
    const { pid } = server
    const restarted = server.restart()
    await server.kill()
    await restarted
    expect(server.pid).not.toBe(pid)
    expect(isAlive(server.pid)).toBe(false)
  })

  test('stopped with SIGTERM, lets a request in flight end', async () => {
    const server = await spawn()
    await server.setFaults({ delayMs: 100 })
    const answer = charge(server, 'order-1')
    await until(async () => (await server.stats()).delays === 1)
    await server.stop()
    expect((await answer).status).toBe(201)
    expect(isAlive(server.pid)).toBe(false)
  })

  test('that cannot start says so', async () => {
    const { port } = await start()
    await expect(spawn({ port })).rejects.toThrow('ended before it listened (exit code 1)')
  })
})

test('two processes that share a ledger and get the same keys at once execute each exactly once', async () => {
  const ledgerFile = temporaryFile('shared.sqlite')
  const servers = await Promise.all([spawn({ ledgerFile }), spawn({ ledgerFile })])
  const keys = Array.from({ length: 300 }, (_, index) => `order-${index}`)
  const statuses = await Promise.all(
    keys.flatMap((key) => servers.map(async (server) => (await charge(server, key)).status)),
  )
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([])
  const told = keys.map((key) => ({ key, outcome: 'succeeded' }) as const)
  const report = checkLedgers({ ledgers: [ledgerFile, ledgerFile], told })
  expect(report).toMatchObject({ ok: true, executions: 300, chargedTwice: [] })
})
