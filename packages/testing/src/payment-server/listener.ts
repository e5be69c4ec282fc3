import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * Refusing connections means that nobody listens: the socket is closed, and opened again on the same port later.
 */

/** The listening socket of an HTTP server, which can be closed and opened again. */
export interface Listener {
  readonly port: number
  readonly isOpen: boolean
  /** Closes the socket and every idle connection. Resolves when the connections in use have ended as well. */
  close(): Promise<void>
  open(): Promise<void>
}

/** Listens on 127.0.0.1. */
export async function listen(server: Server, port: number): Promise<Listener> {
  await startListening(server, port)
  const { port: boundPort } = server.address() as AddressInfo
  return {
    port: boundPort,
    get isOpen() {
      return server.listening
    },
    close() {
      return new Promise((resolve) => {
        /* Called back when the last connection has ended, with an error where the socket was closed before. */
        server.close(() => resolve())
      })
    },
    async open() {
      if (!server.listening) await startListening(server, boundPort)
    },
  }
}

async function startListening(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
