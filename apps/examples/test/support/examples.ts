/* What a caller sends to each example, and where the answer says what became of it. */

/** One request to an example. */
interface Order {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How one example is paid through. */
export interface Example {
  readonly name: string
  /** Forwards what is below /payments, to the byte. */
  readonly forwards: boolean
  order(this: void, reference: string, note?: string): Order
  outcomeOf(this: void, answer: Response): Promise<string | null>
}

const headersFor = (key: string): Record<string, string> => ({
  authorization: 'Bearer shop',
  'content-type': 'application/json',
  'idempotency-key': key,
})

const forwarding = (name: string): Example => ({
  name,
  forwards: true,
  order: (reference) => ({
    path: '/payments/charges',
    headers: headersFor(reference),
    body: JSON.stringify({ amount: 1_000, reference }),
  }),
  outcomeOf: async (answer) => {
    await answer.arrayBuffer()
    return answer.headers.get('paylb-outcome')
  },
})

const charging = (name: string): Example => ({
  name,
  forwards: false,
  order: (id, note = '') => ({
    path: '/orders',
    headers: headersFor(id),
    body: JSON.stringify({ id, amount: 1_000, note }),
  }),
  outcomeOf: async (answer) => ((await answer.json()) as { readonly outcome: string }).outcome,
})

/** Every example of this folder. */
export const examples: readonly Example[] = [
  ...['express', 'fastify', 'koa', 'node'].map(forwarding),
  ...['axios', 'fetch'].map(charging),
]
