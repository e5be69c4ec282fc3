import type { ServerOptions } from '../balancer-options.ts'
import type { Settings } from '../options.ts'
import { invalid, isPlainObject, withDefaults } from '../validation.ts'
import { readServer } from './read-servers.ts'
import type { Server } from './server.ts'

/** A server with some of its options changed. @throws InvalidOptionsError for a wrong change, and for a new id */
export function changedServer(
  before: Server,
  changes: Partial<Omit<ServerOptions, 'id'>>,
  ledger: Settings['ledger'],
): Server {
  if (!isPlainObject(changes)) throw invalid('server', changes, 'an object with what changes')
  if (Object.hasOwn(changes, 'id')) throw invalid('server.id', 'id', 'no id: it cannot change; remove and add instead')
  const { id, url, weight, priority, zone, maxInFlight, healthCheck, meta } = before
  const unchanged = {
    id,
    url,
    weight,
    priority,
    zone,
    healthCheck,
    meta,
    maxInFlight: maxInFlight === Infinity ? undefined : maxInFlight,
    ledger: before.declaresLedger ? before.ledger : undefined,
  } as ServerOptions
  return readServer(withDefaults(unchanged, changes), 'server', ledger)
}
