import type { ToldOutcome } from '@paylb/testing'
import type { Example } from './examples.ts'

/** What callers were told. Who got no answer at all was told undefined. */
export type Told = ReadonlyMap<string, ToldOutcome | undefined>

/** When something is done to the example or its servers: after so many payments were answered. */
export type Plan = Readonly<Record<number, () => void>>

/** Pays from that many callers at once until the example is gone. */
export async function payUntilItEnds(example: Example, url: string, callers: number, plan: Plan): Promise<Told> {
  const told = new Map<string, ToldOutcome | undefined>()
  let next = 0
  let answered = 0
  const caller = async (): Promise<void> => {
    for (;;) {
      const reference = `order-${(next += 1)}`
      const outcome = await payOnce(example, url, reference)
      told.set(reference, outcome)
      if (outcome === undefined) return
      plan[(answered += 1)]?.()
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return told
}

async function payOnce(example: Example, url: string, reference: string): Promise<ToldOutcome | undefined> {
  const { path, headers, body } = example.order(reference)
  try {
    const answer = await fetch(url + path, { method: 'POST', headers, body })
    const outcome = await example.outcomeOf(answer)
    return (outcome ?? 'not-executed') as ToldOutcome // an API that is stopping answers 503 without paylb
  } catch {
    return undefined
  }
}
