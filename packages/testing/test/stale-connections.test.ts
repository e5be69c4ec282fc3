import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { until } from './support/client.ts'
import { atEnd, start } from './support/scope.ts'

const payment = 'POST /charges HTTP/1.1\r\nhost: x\r\ncontent-length: 14\r\n\r\n{"amount":100}'

/* Keeps its own side open when the server ends its side, as one does whose request is already on its way. */
function caller(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  atEnd(() => socket.destroy())
  return socket
}

test('a request on a connection that was ended while idle is counted, and neither answered nor executed', async () => {
  const server = await start({ faults: { closeIdleMs: 1 } })
  const socket = caller(server.port)
  socket.write(payment)
  await once(socket.resume(), 'end')
  socket.write(payment)
  await until(() => server.stats().stale === 1)
  expect(server.stats()).toMatchObject({ executions: 1, inFlight: 0 })
})

test('a connection is not ended while requests come sooner', async () => {
  const server = await start({ faults: { closeIdleMs: 60_000 } })
  const socket = caller(server.port)
  for (const executions of [1, 2, 3]) {
    socket.write(payment)
    await once(socket, 'data')
    expect(server.stats()).toMatchObject({ executions, stale: 0 })
  }
})
