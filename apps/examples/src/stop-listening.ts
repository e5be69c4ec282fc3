import type { Server } from 'node:http'

/*
 * `server.close()` waits for every connection, and closes only those that are idle at that moment. A caller whose request
 * was in flight keeps its connection after the answer: for 5 s with Node, for 72 s with Fastify, and for ever while it goes on
 * sending. So answers from now on say that their connection ends, and connections are closed as they become idle.
 */

/** Takes no new connection, and resolves when every request in flight was answered and every connection is closed. */
export function stopListening(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(idle)
      resolve()
    })
  })
}
