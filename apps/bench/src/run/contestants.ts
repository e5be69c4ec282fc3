/*
 * What is put around one call that does nothing: the policies of each library that a payment would have. Each is loaded
 * only in the process that measures it.
 */

/** Makes what is measured: one call, with everything around it. */
type MakeCall = () => Promise<() => Promise<unknown>>

/** One contestant. */
export interface Contestant {
  readonly name: string
  /** Whether the target is about it. A key is not in it: the others have nothing like a journal. */
  readonly hasTarget: boolean
  readonly make: MakeCall
}

const nothing = async (): Promise<string> => 'done'

/** What the others are compared with. */
export const reference = 'cockatiel, retry + breaker'

/** Everybody, by name. */
export const contestants: readonly Contestant[] = [
  { name: 'the call alone', hasTarget: false, make: async () => nothing },
  { name: reference, hasTarget: false, make: () => cockatiel(false) },
  { name: `${reference} + timeout`, hasTarget: false, make: () => cockatiel(true) },
  { name: 'opossum', hasTarget: false, make: () => opossum(false) },
  { name: 'opossum + timeout', hasTarget: false, make: () => opossum(10_000) },
  { name: 'paylb', hasTarget: true, make: () => paylb(false) },
  { name: 'paylb, with a key', hasTarget: false, make: () => paylb(true) },
]

async function cockatiel(hasTimeout: boolean): Promise<() => Promise<unknown>> {
  const policies = await import('cockatiel')
  const { circuitBreaker, ConsecutiveBreaker, handleAll, retry, timeout, TimeoutStrategy, wrap } = policies
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) })
  const both = wrap(retry(handleAll, { maxAttempts: 3 }), breaker)
  const policy = hasTimeout ? wrap(both, timeout(10_000, TimeoutStrategy.Cooperative)) : both
  return () => policy.execute(nothing)
}

async function opossum(timeout: number | false): Promise<() => Promise<unknown>> {
  const { default: CircuitBreaker } = await import('opossum')
  const breaker = new CircuitBreaker(nothing, { timeout })
  return () => breaker.fire()
}

/* Deadlines, the retry budget, health, and with a key the memory journal: all that `run` always does. */
async function paylb(hasKey: boolean): Promise<() => Promise<unknown>> {
  const { createBalancer } = await import('@paylb/core')
  const servers = ['http://10.0.0.1', 'http://10.0.0.2', 'http://10.0.0.3']
  const balancer = createBalancer({ servers, ledger: 'shared' })
  const report = { evidence: 'answered', status: 200, headers: new Headers(), answer: 'done' } as const
  const attempt = async (): Promise<typeof report> => report
  let count = 0
  return () => {
    count += 1
    return balancer.run(hasKey ? { key: `payment-${count}`, attempt } : { attempt })
  }
}
