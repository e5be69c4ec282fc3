import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/*
 * Every server ends idle connections at some time, and a request may be on its way just then. A server
 * that has closed the connection never sees it. Here its arrival is still seen, so that it can be counted, and then
 * nothing of it is executed or answered. (Only a connection that was not ended before can be closed with RST.)
 */

/** The connections of one server, as far as they are ended while they are idle. */
export interface IdleConnections {
  /** Ends the connection of an answer (FIN) this long after it was sent, unless another request comes before. */
  endAfter(response: ServerResponse, idleMs: number): void
  /** To be told of every request. @returns whether its connection was ended before it came */
  arrived(socket: Socket): boolean
}

export function createIdleConnections(): IdleConnections {
  const timers = new WeakMap<Socket, NodeJS.Timeout>()
  const ended = new WeakSet<Socket>()

  function end(socket: Socket): void {
    ended.add(socket)
    socket.end()
  }

  return {
    endAfter(response, idleMs) {
      const { socket } = response
      if (socket === null) return
      response.once('finish', () => timers.set(socket, setTimeout(end, idleMs, socket).unref()))
    },
    arrived(socket) {
      clearTimeout(timers.get(socket))
      return ended.has(socket)
    },
  }
}
