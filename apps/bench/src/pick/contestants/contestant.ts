/*
 * Whoever is measured: something that picks one of many servers. Each is made with `servers` servers that are never
 * connected to, and does with one pick what its users do with one request, as far as no request is sent.
 */

/** One contestant, ready to pick. */
export interface Contestant {
  /** One whole pick. @returns what was picked: the same value for the same server */
  readonly pick: () => unknown
  /** How many picks it has counted itself, where it counts them. */
  readonly counted?: () => number
}

/** What a contestant is made with. */
export interface ContestantOptions {
  readonly servers: number
  readonly load: Load
}

/**
 * How a balancer is used while it is measured: alone in its process with one request at a time; beside balancers with
 * all other strategies, so that the compiler has seen many shapes; or with requests in flight that end out of order.
 */
export type Load = 'alone' | 'mixed' | 'in-flight'

/** The address of one of the servers: nothing listens there. */
export function addressOf(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
}

/** Makes `servers` values. */
export function forEachServer<Made>(servers: number, make: (index: number) => Made): Made[] {
  return Array.from({ length: servers }, (_, index) => make(index))
}
