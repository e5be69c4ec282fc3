import { randomUUID } from 'node:crypto'
import type { AxiosInstance } from 'axios'

/* What every contestant does. */

/** The calls of a run: a payment with a key of its own, or a question. */
export type Workload = 'POST' | 'GET'

/* About 330 bytes of JSON. */
const payment = {
  amount: 1_000,
  currency: 'EUR',
  card: 'tok_1234567890abcdef',
  customer: { id: 'customer-17', name: 'Erika Mustermann', email: 'erika@shop.example' },
  order: {
    id: 'order-17',
    lines: [
      { sku: 'A-1', count: 2, price: 250 },
      { sku: 'B-2', count: 1, price: 500 },
    ],
  },
  metadata: { channel: 'web', campaign: 'autumn', note: 'leave the parcel with a neighbour' },
}

/** One call. */
export type OneCall = (client: Pick<AxiosInstance, 'post' | 'get'>) => Promise<{ readonly status: number }>

/** The call of each workload. */
export const calls: Readonly<Record<Workload, OneCall>> = {
  POST: (client) => client.post('/charges', payment, { headers: { 'Idempotency-Key': randomUUID() } }),
  GET: (client) => client.get('/charges/17'),
}

/**
 * Makes calls, always `concurrency` of them at a time.
 *
 * @throws Error when an answer is not what the server gives: a figure for failed calls would be none
 */
export async function makeCalls(one: () => ReturnType<OneCall>, count: number, concurrency: number): Promise<void> {
  let left = count
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { status } = await one()
      if (status !== 200) throw new Error(`a call was answered with ${status}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}
