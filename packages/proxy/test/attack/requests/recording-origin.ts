import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { readRequests } from '../support/strict-reader.ts'
import { hashOfArrival } from './what-goes-on.ts'

/* A server that keeps what arrives, answers each request with its hash, and reads strictly what paylb has written. */

/** A payment server that remembers. */
export class RecordingOrigin {
  /** How often each hash has arrived. */
  readonly arrived = new Map<string, number>()
  /** Start lines and fields by hash, to be shown when something is wrong. */
  readonly shown = new Map<string, string>()
  /** Bytes from paylb that are no requests. */
  readonly malformed: string[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    let text = ''
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      const { messages, rest } = readRequests(text)
      if (rest === 'error' || messages.length > 1) this.malformed.push(text)
      const [message] = messages
      if (message === undefined) return
      text = ''
      const hash = hashOfArrival(message)
      this.arrived.set(hash, (this.arrived.get(hash) ?? 0) + 1)
      this.shown.set(hash, JSON.stringify([message.startLine, message.fields, message.body.slice(0, 200)]))
      const body = message.startLine.startsWith('HEAD ') ? '' : `paid ${hash}`
      socket.write(`HTTP/1.1 201 Created\r\nX-Echo: ${hash}\r\nContent-Length: ${hash.length + 5}\r\n\r\n${body}`)
    })
  }
}
