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
  /** Lets what is in flight end for up to `withinMs` (10 s), then breaks it off. A second call may shorten that. */
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
  /*
   * By origin and by what secures them, not by server: an update makes a new server object, and must not cost the
   * connections.
   */
  readonly #pools = new Map<string, ServerPool>()
  readonly #closing = new Set<ServerPool>()
  readonly #stopFollowing: () => void
  readonly #timeIsUp = Promise.withResolvers<void>()
  #closed: Promise<void> | undefined

  constructor(settings: TransportSettings) {
    this.#settings = settings
    this.#stopFollowing = settings.certificates.onReload(() => this.#retireOutdated())
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
    const key = this.#keyOf(server)
    const pool = this.#pools.get(key)
    if (pool !== undefined) await this.#retire(key, pool)
  }

  close({ withinMs = 10_000 }: { readonly withinMs?: number } = {}): Promise<void> {
    const timer = setTimeout(() => this.#timeIsUp.resolve(), withinMs)
    this.#closed ??= this.#close()
    return this.#closed.finally(() => clearTimeout(timer))
  }

  #poolOf(server: Server): ServerPool {
    const key = this.#keyOf(server)
    const known = this.#pools.get(key)
    if (known !== undefined) return known
    const pool = new ServerPool(server.origin, this.#settings, this.#settings.certificates.of(server.id))
    this.#pools.set(key, pool)
    return pool
  }

  #keyOf({ origin, id }: Server): string {
    return origin.startsWith('https:') ? `${origin} ${this.#settings.certificates.of(id).digest}` : origin
  }

  #retireOutdated(): void {
    for (const [key, pool] of this.#pools) {
      if (pool.tls !== undefined && !this.#settings.certificates.has(pool.tls)) void this.#retire(key, pool)
    }
  }

  async #retire(key: string, pool: ServerPool): Promise<void> {
    this.#pools.delete(key)
    this.#closing.add(pool)
    await pool.close()
    this.#closing.delete(pool)
  }

  async #close(): Promise<void> {
    this.#stopFollowing()
    for (const pool of this.#pools.values()) this.#closing.add(pool)
    this.#pools.clear()
    const pools = [...this.#closing]
    await Promise.race([Promise.all(pools.map((pool) => pool.close())), this.#timeIsUp.promise])
    await Promise.all(pools.map((pool) => pool.destroy()))
    this.#settings.alarm.stop()
  }
}
