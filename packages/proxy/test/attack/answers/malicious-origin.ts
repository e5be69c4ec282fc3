import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { piecesOf } from '../support/damage.ts'
import { readAnswers, readRequests, statusOf, valuesOf } from '../support/strict-reader.ts'
import { until } from '../support/watched.ts'
import type { Exchange } from './answer-plan.ts'

/*
 * A server that answers as it is told to, and knows of each of its connections whether anything was said on it that a
 * reader could take for the answer to somebody else.
 */

/** What is to be answered to whom. */
export interface Planned extends Exchange {
  readonly text: string
}

interface Connection {
  readonly socket: Socket
  readonly methods: string[]
  heard: string
  said: string
  isAnswered: boolean
}

/* The number of a request in its target. */
const numberIn = /\/n(\d+)n/u

/** A payment server that is up to no good. */
export class MaliciousOrigin {
  /** How often the request with a number has arrived: its head, perhaps not its body. */
  readonly arrived = new Map<number, number>()
  /** Requests that came on a connection after something else than whole answers. */
  readonly onDirtyConnections: string[] = []
  readonly #planned: ReadonlyMap<number, Planned>
  readonly #connections = new Set<Connection>()
  readonly #server: Server
  #speaking = 0

  constructor(planned: ReadonlyMap<number, Planned>) {
    this.#planned = planned
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

  /** Resolves when all that was to be said was said, and could be read. */
  async saidAll(): Promise<void> {
    await until(() => this.#speaking === 0, 'the server has said everything')
    for (let turns = 0; turns < 3; turns += 1) await turn()
  }

  /** Answers on idle connections, where nobody has asked. Each of them has to be closed. */
  async speakUnasked(text: string): Promise<void> {
    const idle = [...this.#connections]
    for (const connection of idle) say(connection, text)
    await until(() => idle.every(({ socket }) => socket.destroyed), 'connections with answers to nobody are closed')
  }

  async close(): Promise<void> {
    for (const { socket } of this.#connections) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    const connection: Connection = { socket, methods: [], heard: '', said: '', isAnswered: false }
    this.#connections.add(connection)
    socket.on('error', () => {})
    socket.on('close', () => this.#connections.delete(connection))
    socket.on('data', (bytes) => {
      connection.heard += bytes.toString('latin1')
      this.#hear(connection)
    })
  }

  #hear(connection: Connection): void {
    const number = numberIn.exec(connection.heard)?.[1]
    if (!connection.heard.includes('\r\n\r\n') || number === undefined) return
    const planned = this.#planned.get(Number(number))
    if (planned === undefined) throw new Error(`nobody has sent ${connection.heard}`)
    const isWhole = readRequests(connection.heard).messages.length === 1
    if (!connection.isAnswered && (isWhole || planned.answer.isEarly)) {
      this.#arrive(connection, Number(number))
      void this.#answer(connection, planned)
    }
    if (!isWhole) return
    connection.heard = ''
    connection.isAnswered = false
  }

  #arrive(connection: Connection, number: number): void {
    this.arrived.set(number, (this.arrived.get(number) ?? 0) + 1)
    if (!isClean(connection)) this.onDirtyConnections.push(connection.said.slice(-700))
    connection.isAnswered = true
    connection.methods.push(connection.heard.split(' ', 1)[0] ?? '')
  }

  async #answer(connection: Connection, { text, method, answer }: Planned): Promise<void> {
    this.#speaking += 1
    for (const piece of piecesOf(text, bordersWithin(text, method, answer.pieces))) {
      say(connection, piece)
      await turn()
    }
    if (answer.ending === 'end') connection.socket.end()
    if (answer.ending === 'reset') connection.socket.resetAndDestroy()
    this.#speaking -= 1
  }
}

function say(connection: Connection, text: string): void {
  connection.said += text
  if (connection.socket.writable) connection.socket.write(Buffer.from(text, 'latin1'))
}

/* Nothing but one whole answer to each request, none of them the last by its own words. */
function isClean({ said, methods }: Connection): boolean {
  const { messages, rest } = readAnswers(said, methods)
  const last = messages.at(-1)
  if (rest !== 'nothing' || (last !== undefined && statusOf(last.startLine) < 200)) return false
  const final = messages.filter(({ startLine }) => statusOf(startLine) >= 200)
  const saysClose = final.some((message) => /\bclose\b/iu.test(valuesOf(message, 'connection').join()))
  return final.length === methods.length && !saysClose && !final.some(({ endsWithConnection }) => endsWithConnection)
}

/*
 * What comes after a whole answer comes together with its last byte. Later it could cross the next request on the wire,
 * and nobody could say any more that it is not the answer to that one.
 */
function bordersWithin(text: string, method: string, shares: readonly number[]): readonly number[] {
  return shares.filter((share) => {
    const { messages } = readAnswers(text.slice(0, Math.floor(share * text.length)), [method])
    return !messages.some(({ startLine, endsWithConnection }) => statusOf(startLine) >= 200 && !endsWithConnection)
  })
}
