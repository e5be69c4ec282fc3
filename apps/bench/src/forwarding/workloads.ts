/* What callers send. */

/** A payment with a key of its own, a payment without one, or a question. */
export type Workload = 'POST' | 'POST without key' | 'GET'

/** Where it goes. */
export const path = '/payments'

/** A payment of about 330 bytes. */
export const payment: string = JSON.stringify({
  amount: 1_000,
  currency: 'EUR',
  card: 'tok_1234567890abcdef',
  customer: { id: 'customer-17', name: 'Erika Mustermann', email: 'erika@shop.example' },
  order: { id: 'order-17', lines: [{ sku: 'A-1', count: 2, price: 250 }] },
  metadata: { channel: 'web', campaign: 'autumn', note: 'please leave the parcel with a neighbour' },
})

/** The method of a workload. */
export function methodOf(workload: Workload): 'GET' | 'POST' {
  return workload === 'GET' ? 'GET' : 'POST'
}

/** Names and values of the fields that it sends beside those of the connection. */
export function fieldsOf(workload: Workload, key: string): Readonly<Record<string, string>> {
  if (workload === 'GET') return {}
  const content = { 'content-type': 'application/json' }
  return workload === 'POST' ? { ...content, 'idempotency-key': key } : content
}
