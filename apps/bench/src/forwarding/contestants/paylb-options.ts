/*
 * Everything on: health from traffic and by checks, failover, deadlines, retry budget, the memory journal with its
 * fingerprints, keys and the rules for headers. All but the two lines below is so by default.
 */

/** What every paylb that is measured is told. */
export interface MeasuredOptions {
  readonly servers: readonly string[]
  readonly ledger: 'shared'
  readonly healthCheck: { readonly path: string }
}

/** Options for these servers. */
export function everythingOn(servers: readonly string[]): MeasuredOptions {
  return { servers, ledger: 'shared', healthCheck: { path: '/health' } }
}
