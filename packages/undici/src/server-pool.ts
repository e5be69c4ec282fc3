import { type buildConnector, Pool } from 'undici'

import { ConnectionClient } from './connection.ts'
import { Acceptance } from './tls/acceptance.ts'
import type { ServerTls } from './tls/server-tls.ts'

/*
 * How undici is used, and why:
 *
 * - HTTP/1.1 only, one request at a time per connection. Over HTTP/2 undici sends a refused request again by itself.
 * - No limit on connections: how much may be in flight is decided where servers are picked, and a request that waits
 *   in undici's own queue could neither be withdrawn nor counted.
 * - undici's timers are off, because every attempt keeps its own deadlines. Its connect timeout only remains as a net.
 * - An idle connection is closed well before its server would close it. A request that meets a closing connection is
 *   an unknown payment; a new connection costs a round trip. undici looks at an idle connection for a turn of the event
 *   loop before it uses it, so a process that stood still past that time finds out, too.
 */

const keepAliveWithoutAnnouncementMs = 4_000
const keepAliveMaxMs = 30_000
const keepAliveMarginMs = 2_000
const maxHeaderBytes = 32_768

/** How connections are opened. */
export interface ConnectionSettings {
  readonly connectMs: number
  /** True: no socket keeps the process alive. */
  readonly isBackground?: boolean
}

/** The connections to one origin, secured in one way. */
export class ServerPool {
  readonly dispatcher: Pool
  /** The name that a TLS server must prove. Given with each request, or undici would take it from its `Host`. */
  readonly servername: string
  /* undici rejects a close that comes after the first one is done. */
  #closed: Promise<void> | undefined

  /** What secures these connections; undefined where nothing does. */
  readonly tls: ServerTls | undefined

  constructor(origin: string, { connectMs, isBackground }: ConnectionSettings, tls: ServerTls) {
    const { protocol, hostname } = new URL(origin)
    this.tls = protocol === 'https:' ? tls : undefined
    this.servername = this.tls?.servername ?? hostname
    const watched = { isBackground, acceptance: new Acceptance(tls.hasClientCertificate) }
    this.dispatcher = new Pool(origin, {
      factory: (url, options) => new ConnectionClient(url, options as ClientOptions, watched),
      connect: this.tls === undefined ? {} : connectOptions(this.tls),
      connectTimeout: 2 * connectMs,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveWithoutAnnouncementMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      maxHeaderSize: maxHeaderBytes,
    })
  }

  /** Takes no more requests; resolves when the last one has ended and every socket is closed. */
  close(): Promise<void> {
    this.#closed ??= this.dispatcher.close()
    return this.#closed
  }

  /** Breaks off what is in flight; resolves when every socket is closed. */
  destroy(): Promise<void> {
    return this.dispatcher.destroy()
  }
}

/* A variable of the environment can switch verification off where it is not asked for explicitly. */
function connectOptions({ secureContext, acceptsAny }: ServerTls): buildConnector.BuildOptions {
  return { secureContext, rejectUnauthorized: !acceptsAny }
}

/** What a pool hands to its factory: by then the connector is a function. */
type ClientOptions = Pool.Options & { readonly connect: buildConnector.connector }
