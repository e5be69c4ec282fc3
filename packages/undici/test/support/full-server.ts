import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'

import { onTestFinished } from 'vitest'

const source = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

/** Starts a server that accepts nobody and whose queue is full: who connects now hears nothing. Returns its port. */
export async function startFullServer(): Promise<number> {
  const worker = new Worker(source, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  const queued = Array.from({ length: 2 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(queued.map((socket) => once(socket, 'connect')))
  onTestFinished(async () => {
    for (const socket of queued) socket.destroy()
    await worker.terminate()
  })
  return port
}
