import type { PickRequest } from './lease.ts'
import type { ServerState } from './server-state.ts'

/* Which servers one request may not go to, whatever their health. */

/** Whether some server was tried already. */
export function isRetry(request: PickRequest): boolean {
  return request.exclude !== undefined && request.exclude.size > 0
}

/** Whether this request may not go to this server: it was tried already, or has another ledger. */
export function isExcluded({ server }: ServerState, { exclude, pin }: PickRequest): boolean {
  return exclude?.has(server.id) === true || (pin !== undefined && server.ledger !== pin.ledger)
}
