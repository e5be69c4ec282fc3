import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from './listener.ts'
import type { PaymentServer } from './payment-server.ts'
import type { Faults } from './faults.ts'

/*
 * The way to command a payment server in another process. It has a port of its own, so that it still works when the
 * service refuses or resets connections. Only for 127.0.0.1, and it asks for no password: it is for tests.
 *
 *   PUT  /__faults  the faults as JSON, in place of those before
 *   GET  /__stats   what the server has counted
 *   POST /__pause   the process stops itself (SIGSTOP) after the answer
 *
 * A process that is stopped from outside may hold the write lock of a shared ledger, and with it stop every other
 * server. Stopping itself between two turns of the event loop, it never does.
 */

export interface ControlServer {
  readonly url: string
  close(): Promise<void>
}

/** Lets other processes command `server`. */
export async function startControlServer(server: PaymentServer, port: number): Promise<ControlServer> {
  const http = createServer((request, response) => void control(request, response, server))
  const listener = await listen(http, port)
  return {
    url: `http://127.0.0.1:${listener.port}`,
    close() {
      const closed = listener.close()
      http.closeAllConnections()
      return closed
    },
  }
}

async function control(request: IncomingMessage, response: ServerResponse, server: PaymentServer): Promise<void> {
  response.setHeader('connection', 'close')
  const command = `${request.method} ${request.url}`
  try {
    if (command === 'PUT /__faults') await setFaults(request, response, server)
    else if (command === 'GET /__stats') response.end(JSON.stringify(server.stats()))
    else if (command === 'POST /__pause') await pause(response)
    else response.writeHead(404).end('known are PUT /__faults, GET /__stats, POST /__pause')
  } catch (error) {
    response.writeHead(400).end(error instanceof Error ? error.message : String(error))
  }
}

async function setFaults(request: IncomingMessage, response: ServerResponse, server: PaymentServer): Promise<void> {
  await server.setFaults(JSON.parse(await text(request)) as Faults)
  response.writeHead(204).end()
}

async function pause(response: ServerResponse): Promise<void> {
  const answered = once(response, 'finish')
  response.writeHead(204).end()
  await answered
  process.kill(process.pid, 'SIGSTOP')
}
