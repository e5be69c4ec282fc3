import { isIP, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import { type buildConnector, Client, type Dispatcher } from 'undici'

import { joinSmallWrites } from './small-writes.ts'
import type { Acceptance } from './tls/acceptance.ts'
import { codeOf } from './trouble.ts'

/*
 * undici tells an attempt what happened to its request, but not about its connection. Four things need more than
 * that, and all follow from one fact: with `pipelining: 1` and no limit on connections, a client never holds more than
 * one request, so whatever happens to its socket concerns that request alone.
 *
 * - An attempt that is given up while it connects closes that half-open socket. undici would keep it: for minutes,
 *   against a server that does not answer at all.
 * - An answer can be whole for undici and broken all the same: bytes after its end, or a reset that ends a body which
 *   only the end of the connection delimits (undici takes that for a clean end).
 * - A request that undici refuses (an invalid header) leaves its client as free as before, but the pool would count it
 *   as busy for ever: each such request would leak a client.
 * - A server that refuses this client's certificate does so after the handshake: see tls/acceptance.ts.
 */

/** The one socket of a client. */
export class Connection {
  #connecting: Socket | undefined
  #socket: Socket | undefined

  /** Why the socket broke; undefined as long as it did not. undici's own tidying up is no failure. */
  get failure(): Error | undefined {
    const error = this.#socket?.errored
    return error === null || codeOf(error) === 'UND_ERR_INFO' ? undefined : error
  }

  /** Stops connecting; does nothing once connected. */
  giveUpConnecting(): void {
    this.#connecting?.destroy(new Error('given up while connecting'))
  }

  /** `connector`, watched. */
  watch(connector: buildConnector.connector, watched: Watched): buildConnector.connector {
    return (options, callback) => {
      const startedAtMs = performance.now()
      // Typed as void, but undici's own connector returns the socket it opens. One that does not is left to itself.
      const socket: unknown = connector(withoutAddressAsName(options), (...result) => {
        const [error, connected] = result
        if (error !== null || !this.#isInDoubt(connected, watched)) return this.#end(result, callback)
        watched.acceptance?.wait(connected, performance.now() - startedAtMs, (refusal) => {
          this.#end(refusal === null ? result : [refusal, null], callback)
        })
      })
      if (!(socket instanceof Socket)) return
      if (watched.isBackground === true) socket.unref()
      if (socket.connecting) this.#connecting = socket
    }
  }

  #isInDoubt(socket: Socket | TLSSocket | null, { acceptance }: Watched): socket is TLSSocket {
    return acceptance !== undefined && socket instanceof TLSSocket && acceptance.isInDoubt(socket)
  }

  #end(result: Parameters<buildConnector.Callback>, callback: buildConnector.Callback): void {
    this.#connecting = undefined
    this.#socket = result[1] ?? undefined
    if (this.#socket !== undefined) joinSmallWrites(this.#socket)
    callback(...result)
  }
}

/** What a connection is watched for. */
export interface Watched {
  /** True: the socket does not keep the process alive. */
  readonly isBackground?: boolean | undefined
  readonly acceptance?: Acceptance
}

/* A TLS server name is a name (RFC 6066, section 3); for an address there is none to send. */
function withoutAddressAsName({ servername, ...options }: buildConnector.Options): buildConnector.Options {
  if (servername == null || isIP(servername.replace(/^\[|\]$/gu, '')) !== 0) return options
  return { ...options, servername }
}

/** A dispatch handler that wants to know its connection. */
export interface ConnectedHandler extends Dispatcher.DispatchHandler {
  connection: Connection | undefined
  /** True when undici did not take the request at all. */
  readonly isRefused: boolean
}

/** A client whose handlers know their connection. */
export class ConnectionClient extends Client {
  readonly #connection: Connection

  constructor(origin: URL, options: Client.Options & { connect: buildConnector.connector }, watched: Watched = {}) {
    const connection = new Connection()
    super(origin, { ...options, connect: connection.watch(options.connect, watched) })
    this.#connection = connection
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: ConnectedHandler): boolean {
    handler.connection = this.#connection
    return super.dispatch(options, handler) || handler.isRefused
  }
}
