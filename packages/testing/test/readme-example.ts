import { checkLedgers, formatLedgerReport, startPaymentServer } from '@paylb/testing'
import type { ToldPayment } from '@paylb/testing'

const server = await startPaymentServer({ faults: { reset: 'after', times: 1 } })

async function pay(key: string): Promise<ToldPayment> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const body = JSON.stringify({ amount: 1_000, reference: key })
  const answer = await fetch(`${server.url}/charges`, { method: 'POST', headers, body }).catch(() => undefined)
  if (answer === undefined) return { key, outcome: 'unknown' } // it may have been executed
  return { key, outcome: answer.status === 201 ? 'succeeded' : 'unknown' }
}

const told = [await pay('order-1'), await pay('order-2')]
const report = checkLedgers({ ledgers: [server.ledgerFile], told })
console.log(formatLedgerReport(report)) // unknown 1, succeeded 1, executions 2, charged twice 0
await server.close()
