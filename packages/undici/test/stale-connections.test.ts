import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import { expect, onTestFinished, test } from 'vitest'

import { answered, post, serverAt, transportFor, within } from './support/attempts.ts'

/* In a thread of its own, so that it goes on while this one stands still: it keeps its word, and closes after 3 s. */
const server = `
  const { parentPort } = require('node:worker_threads')
  let requests = 0
  require('node:net').createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => {
      requests += 1
      socket.write('HTTP/1.1 200 OK\\r\\nkeep-alive: timeout=3\\r\\ncontent-length: 1\\r\\n\\r\\n' + requests)
      setTimeout(() => socket.resetAndDestroy(), 3_000)
    })
  }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port) })
`

test('a process that stood still sends nothing over a connection that is closed by now', async () => {
  const worker = new Worker(server, { eval: true })
  onTestFinished(async () => void (await worker.terminate()))
  const [port] = (await once(worker, 'message')) as [number]
  const transport = transportFor()
  answered(await transport.attempt(serverAt(port), post(), within()))
  await new Promise(setImmediate)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_200)
  const report = answered(await transport.attempt(serverAt(port), post(), within()))
  expect(report.body?.toString()).toBe('2')
})
