import { request } from 'undici'
import { expect, test } from 'vitest'

import { createDispatcher } from '../../src/index.ts'
import { handles } from '../support/attempts.ts'
import { dispatcherFor } from '../support/dispatchers.ts'
import { always, startRawServer } from '../support/raw-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const url = 'http://payments/charges'
const post = { method: 'POST', body: 'x' } as const

test('close lets what is in flight end, and takes nothing more', async () => {
  const server = await startRawServer()
  const dispatcher = dispatcherFor([server.port])
  const paid = request(url, { ...post, dispatcher })
  await expect.poll(() => server.requests()).toBe(1)
  const closed = dispatcher.close()
  await expect(request(url, { ...post, dispatcher })).rejects.toMatchObject({ outcome: 'not-executed' })
  server.sockets[0]?.write(ok)
  expect((await paid).statusCode).toBe(200)
  await closed
  expect(server.requests()).toBe(1)
})

test('destroy breaks off what is in flight, also while it closes', async () => {
  const server = await startRawServer()
  const dispatcher = dispatcherFor([server.port])
  const paid = request(url, { ...post, dispatcher })
  await expect.poll(() => server.requests()).toBe(1)
  const closed = dispatcher.close()
  const destroyed = dispatcher.destroy(new Error('enough'))
  await expect(paid).rejects.toMatchObject({ outcome: 'unknown', cause: { message: 'enough' } })
  await Promise.all([closed, destroyed])
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
})

test('both take a callback, as undici’s do', async () => {
  const server = await startRawServer(always(ok))
  for (const end of ['close', 'destroy'] as const) {
    const dispatcher = dispatcherFor([server.port])
    await new Promise<void>((resolve) => dispatcher[end](resolve))
    await expect(request(url, { dispatcher })).rejects.toThrow(/closed/u)
  }
})

test('nothing is left behind', async () => {
  const server = await startRawServer(always(ok))
  const before = handles()
  const dispatcher = createDispatcher({
    servers: [`http://127.0.0.1:${server.port}`],
    healthCheck: { path: '/health', intervalMs: 5 },
  })
  await (await request(url, { ...post, dispatcher })).body.dump()
  await dispatcher.close()
  await expect.poll(() => server.sockets.every((socket) => socket.closed)).toBe(true)
  await expect.poll(handles).toEqual(before)
})
