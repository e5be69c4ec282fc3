import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Framing, Head, Message } from './message.ts'
import { MessageReader } from './message-reader.ts'

/* A payment server that speaks bytes: it keeps what it saw, and answers exactly what a rule tells it to. */

/** One whole request. */
export interface Arrival {
  readonly request: Message
  readonly socket: Socket
}

/** What a server does. Without any of it, it reads and stays silent. */
export interface ServerScript {
  onConnection?(socket: Socket): void
  /** The head of a request has come, its body perhaps not. */
  onHead?(socket: Socket, head: Head): void
  /** A whole request has come. */
  onRequest?(arrival: Arrival): void
}

/** A server that was started. */
export class RawServer {
  readonly sockets: Socket[] = []
  /** Requests that have begun, over all connections. */
  begun = 0
  /** Requests that have come as a whole, over all connections. */
  readonly requests: Message[] = []
  readonly #script: ServerScript
  readonly #server: Server
  #port = 0

  constructor(script: ServerScript) {
    this.#script = script
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket))
  }

  get url(): string {
    return `http://${this.host}`
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`
  }

  get openSockets(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.stop()
  }

  #serve(socket: Socket): void {
    this.sockets.push(socket)
    const reader = new MessageReader({
      framingOf: (head) => {
        this.begun += 1
        this.#script.onHead?.(socket, head)
        return framingOf(head)
      },
      onMessage: (request) => {
        this.requests.push(request)
        this.#script.onRequest?.({ request, socket })
      },
    })
    socket.on('error', () => {})
    socket.on('data', (bytes) => reader.push(bytes))
    socket.on('end', () => socket.end())
    this.#script.onConnection?.(socket)
  }
}

function framingOf(head: Head): Framing {
  if (head.value('transfer-encoding') !== undefined) return 'chunked'
  return head.value('content-length') === undefined ? 'none' : 'length'
}
