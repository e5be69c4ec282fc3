import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'

/*
 * How far a request got, read from its socket's life and from nothing else. An error code is no proof: the same
 * ECONNRESET comes before and after a payment was sent. `bytesWritten` is none either: it counts what is only queued.
 *
 * Node writes a request to its socket right after the request's `socket` event, and the socket holds the bytes back
 * until it is connected, under TLS until the handshake has succeeded. So nothing has left while the socket is still
 * connecting, and nothing can leave any more once the request is destroyed: Node drops a destroyed request that waits
 * in an agent's queue when its turn comes. A socket that was connected before, or that cannot be looked into, proves
 * nothing.
 */

const connected = ['connect']
/* `secure` comes also on sockets that an agent of the caller's own made; a failed verification has destroyed them by then. */
const secured = ['secure', 'secureConnect']

/** What axios calls to make a request; the same shape as `node:http`. */
export interface Transport {
  request(options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void): unknown
}

/** What the wire tells while a request runs. */
export interface WireEvents {
  onConnected(): void
  onHead(): void
}

/** The wire of one attempt: makes its only request, watches it, and can end it for good. */
export class Wire {
  readonly #events: WireEvents
  readonly #transport: Transport | undefined
  #request: http.ClientRequest | undefined
  #response: http.IncomingMessage | undefined
  #begun = false
  #closed = false
  #maySend = false

  /** @param transport what the caller gave to axios; default is Node's own client for the protocol */
  constructor(events: WireEvents, transport?: Transport) {
    this.#events = events
    this.#transport = transport
  }

  /** Whether a request was made at all, sent or not. */
  get isBegun(): boolean {
    return this.#begun
  }

  /** The status of the answer, once its head is here. */
  get status(): number | undefined {
    return this.#response?.statusCode
  }

  /** Whether the answer came to its end. */
  get isAnswerComplete(): boolean {
    return this.#response?.complete === true
  }

  /** For axios' `transport` option. @throws when the attempt was given up before its request began */
  request(options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void): unknown {
    if (this.#closed) throw new Error('given up before the request began')
    if (this.#begun) throw new Error('one attempt makes one request')
    this.#begun = true
    const transport = this.#transport ?? (options.protocol === 'https:' ? https : http)
    const request = transport.request(options, (response) => {
      this.#response = response
      this.#events.onHead()
      onResponse(response)
    })
    this.#watch(request)
    return request
  }

  /** Ends the request. After this nothing of it leaves this process any more. */
  close(): void {
    this.#closed = true
    this.#request?.destroy()
  }

  /** Whether it is proven that nothing was sent. Only final after `close`. */
  get isProvenUnsent(): boolean {
    return this.#closed && !this.#maySend
  }

  #watch(request: unknown): void {
    if (!(request instanceof http.ClientRequest) || request.socket !== null) return this.#connected()
    this.#request = request
    request.once('socket', (socket) => this.#watchSocket(request, socket))
  }

  #watchSocket(request: http.ClientRequest, socket: net.Socket): void {
    if (socket.destroyed) return
    if (request.reusedSocket || !(socket instanceof net.Socket) || !socket.connecting) return this.#connected()
    const events = socket instanceof tls.TLSSocket ? secured : connected
    for (const event of events) socket.once(event, () => socket.destroyed || this.#connected())
  }

  #connected(): void {
    this.#maySend = true
    this.#events.onConnected()
  }
}
