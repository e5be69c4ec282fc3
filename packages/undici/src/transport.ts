import type { AttemptContext, AttemptReport, Server } from '@paylb/core'

import { Attempt } from './attempt.ts'
import { readOptions, type TransportOptions, type TransportSettings } from './options.ts'
import type { TransportAnswer, TransportRequest } from './request.ts'
import { ServerPool } from './server-pool.ts'

/** Carries requests to servers and says, with evidence, what became of them. */
export interface Transport {
  /** Tries a request once on `server`. Never rejects, and never sends anything twice. */
  attempt(server: Server, request: TransportRequest, context: AttemptContext): Promise<AttemptReport<TransportAnswer>>
  /**
   * Closes the connections to a server that was removed or has moved; what is in flight goes on to its end. An attempt
   * on it afterwards opens new ones. Resolves when the last one is closed.
   */
  forget(server: Server): Promise<void>
  /** Lets what is in flight end for up to `withinMs` (10 s), then breaks it off. Leaves no socket and no timer. */
  close(options?: { readonly withinMs?: number }): Promise<void>
}

/**
 * Makes a transport over undici, with connections of its own.
 *
 * @throws InvalidOptionsError for an option that is unknown or wrong
 */
export function createTransport(options: TransportOptions = {}): Transport {
  return new UndiciTransport(readOptions(options))
}

class UndiciTransport implements Transport {
  readonly #settings: TransportSettings
  /* By origin, not by server: an update makes a new server object, and must not cost the connections. */
  readonly #pools = new Map<string, ServerPool>()
  readonly #closing = new Set<ServerPool>()
  #closed: Promise<void> | undefined

  constructor(settings: TransportSettings) {
    this.#settings = settings
  }

  attempt(server: Server, request: TransportRequest, context: AttemptContext): Promise<AttemptReport<TransportAnswer>> {
    if (this.#closed !== undefined) {
      return Promise.resolve({ evidence: 'not-sent', trouble: 'local', error: new Error('the transport is closed') })
    }
    return new Promise((resolve) => {
      const pool = this.#poolOf(server)
      const attempt = new Attempt(request, context, this.#settings, resolve)
      attempt.dispatch(pool.dispatcher, server.basePath + request.path, pool.servername)
    })
  }

  async forget(server: Server): Promise<void> {
    const pool = this.#pools.get(server.origin)
    if (pool === undefined) return
    this.#pools.delete(server.origin)
    await this.#retire(pool)
  }

  close({ withinMs = 10_000 }: { readonly withinMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#closeWithin(withinMs)
    return this.#closed
  }

  #poolOf(server: Server): ServerPool {
    const known = this.#pools.get(server.origin)
    if (known !== undefined) return known
    const pool = new ServerPool(server.origin, this.#settings)
    this.#pools.set(server.origin, pool)
    return pool
  }

  async #retire(pool: ServerPool): Promise<void> {
    this.#closing.add(pool)
    await pool.close()
    this.#closing.delete(pool)
  }

  async #closeWithin(withinMs: number): Promise<void> {
    for (const pool of this.#pools.values()) this.#closing.add(pool)
    this.#pools.clear()
    const pools = [...this.#closing]
    const { promise: deadline, resolve: onDeadline } = Promise.withResolvers<void>()
    const timer = setTimeout(onDeadline, withinMs)
    await Promise.race([Promise.all(pools.map((pool) => pool.close())), deadline])
    clearTimeout(timer)
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}
