import type { Begun, Claim, Journal } from '@paylb/core'

/** Begins a payment on the one ledger. */
export function begin(journal: Journal, key: string): Promise<Begun> {
  return journal.begin({ key, method: 'POST', target: '/charges' }, { server: 'north', ledger: 'shared' })
}

/** Begins a payment and returns its claim. */
export async function claimed(journal: Journal, key: string): Promise<Claim> {
  const begun = await begin(journal, key)
  if (!('claim' in begun)) throw new Error(`expected a claim on ${key}, got ${begun.state}`)
  return begun.claim
}

/** What `begin` says of a key now. */
export async function stateOf(journal: Journal, key: string): Promise<string> {
  const begun = await begin(journal, key)
  return begun.state === 'known' ? `known ${begun.record.state}` : begun.state
}

/** The keys of all that is unsettled. */
export async function unsettledKeys(journal: Journal): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const { key } of journal.unsettled()) keys.push(key)
  return keys
}
