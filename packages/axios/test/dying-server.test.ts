import axios from 'axios'
import { checkLedgers, spawnPaymentServer } from '@paylb/testing'
import type { SpawnedPaymentServer, ToldPayment } from '@paylb/testing'
import { expect, onTestFinished, test } from 'vitest'
import { outcomeOf, paylb } from '../src/index.ts'

const payments = 1_000
const concurrency = 50

const misfortunes: Record<string, (server: SpawnedPaymentServer) => Promise<void>> = {
  'is killed': (server) => server.kill(),
  'resets connections before it executes': (server) => server.setFaults({ reset: 'before' }),
  'resets connections after it has executed': (server) => server.setFaults({ reset: 'after', probability: 0.5 }),
  'cuts its answers': (server) => server.setFaults({ cutBody: true, probability: 0.5 }),
}

test.each(Object.entries(misfortunes))(
  'a server that %s in the middle of many payments costs no truth and no money',
  { timeout: 60_000 },
  async (_name, strike) => {
    const [dying, ...others] = [await spawnServer(), await spawnServer(), await spawnServer()]
    const servers = [dying, ...others]
    const client = paylb(axios.create({ timeout: 5_000 }), { servers: servers.map((server) => server.url) })
    const told: ToldPayment[] = []
    const numbers = Array.from({ length: payments }, (_unused, number) => number).values()

    const pay = async (): Promise<void> => {
      for (const number of numbers) {
        const key = `order-${number}`
        if (number === payments / 2) await strike(dying)
        const call = client.post('/charges', chargeOf(key), { headers: { 'Idempotency-Key': key } })
        told.push({ key, outcome: outcomeOf(await call.catch((error: unknown) => error)) ?? 'unknown' })
      }
    }
    await Promise.all(Array.from({ length: concurrency }, pay))

    const report = checkLedgers({ ledgers: servers.map((server) => server.ledgerFile), told })
    expect(report).toMatchObject({ ok: true, payments, notExecuted: 0, rejected: 0, declined: 0 })
    expect(report.succeeded).toBe(payments - report.unknown)
    expect(report.unknown).toBeLessThan(2 * concurrency)
    expect(client.paylb.snapshot().inFlight).toBe(0)
  },
)

async function spawnServer(): Promise<SpawnedPaymentServer> {
  const server = await spawnPaymentServer()
  onTestFinished(() => server.stop())
  return server
}

function chargeOf(reference: string): object {
  return { amount: 1_000, currency: 'EUR', reference }
}
