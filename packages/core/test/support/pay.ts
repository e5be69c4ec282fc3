import type { Balancer, Call, PaylbError } from '../../src/index.ts'
import { scripted } from './scripted-call.ts'
import type { Scripted } from './scripted-call.ts'

/** What became of one payment: where it was sent, what was told, and the answer or the error that it ended with. */
export interface Paid {
  readonly tried: string
  readonly outcome: string | undefined
  readonly answer: string | undefined
  readonly error: PaylbError | undefined
}

export const keyed = { key: 'order-17' } as const

/** Sends one payment. `tried` are the ids of the servers, joined by spaces. */
export async function pay(
  balancer: Balancer,
  steps: readonly Scripted[],
  request: Partial<Call<string>> = keyed,
): Promise<Paid> {
  const call = scripted(steps, request)
  const [answer, error] = await balancer.run(call).then(
    (value) => [value, undefined] as const,
    (thrown: unknown) => [undefined, thrown as PaylbError] as const,
  )
  await Promise.resolve()
  return { tried: call.tried.join(' '), outcome: call.told.map((told) => told.outcome).join(), answer, error }
}
