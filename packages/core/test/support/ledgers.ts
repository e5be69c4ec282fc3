import type { ServerOptions, Strategy } from '../../src/index.ts'
import { serverNamed } from './fleet.ts'

/** Servers by id, each with the name of its ledger. */
export function onLedgers(ledgers: Readonly<Record<string, string>>): ServerOptions[] {
  return Object.entries(ledgers).map(([id, ledger]) => serverNamed(id, { ledger }))
}

/** Picks the first that is left, in the order of the list: so a test knows whom the strategy would choose. */
export const firstListed: Strategy = {
  name: 'first-listed',
  pick: ([first]) => {
    if (first === undefined) throw new Error('there is no candidate')
    return first
  },
}
