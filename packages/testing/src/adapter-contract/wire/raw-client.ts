import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Framing, Head, Message } from './message.ts'
import { MessageReader } from './message-reader.ts'

/* A caller that sends the bytes it is told to, and tells a clean end of its connection from a broken one. */

/** How a connection ended: closed in an orderly way, or reset. */
export type Ending = 'closed' | 'reset'

/** One connection of a caller. */
export class RawClient {
  readonly socket: Socket
  /** Answers that have come as a whole; interim ones are kept apart. */
  readonly answers: Message[] = []
  readonly interim: Message[] = []
  /** Heads of final answers, also of those that never come to their end. */
  readonly heads: Head[] = []
  ending: Ending | undefined
  readonly #reader: MessageReader
  readonly #methods: string[] = []
  #taken = 0
  #wake = (): void => {}

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    this.#reader = new MessageReader({
      framingOf: (head) => this.#framingOf(head),
      onMessage: (message) => this.#take(message),
    })
    this.socket.on('data', (bytes) => this.#reader.push(bytes))
    this.socket.on('end', () => {
      this.#reader.end()
      this.socket.end()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', (hadError) => {
      this.ending = hadError ? 'reset' : 'closed'
      this.#wake()
    })
  }

  async connected(): Promise<this> {
    await once(this.socket, 'connect')
    return this
  }

  /** Sends the head of a request, and a body that is complete. */
  send(head: string, body: string | Uint8Array = ''): void {
    this.#methods.push(head.split(' ')[0] ?? '')
    this.socket.write(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string, 'latin1')]))
  }

  /** The next whole answer, or undefined when the connection ends without one. */
  async answer(): Promise<Message | undefined> {
    while (this.answers.length === this.#taken && this.ending === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const answer = this.answers[this.#taken]
    if (answer !== undefined) this.#taken += 1
    return answer
  }

  /** Waits for the end of the connection. */
  async ended(): Promise<Ending> {
    if (this.ending === undefined) await once(this.socket, 'close')
    return this.ending ?? 'closed'
  }

  #take(message: Message): void {
    if (message.status < 200) this.interim.push(message)
    else this.answers.push(message)
    this.#wake()
  }

  #framingOf(head: Head): Framing {
    if (head.status < 200) return 'none'
    this.heads.push(head)
    const method = this.#methods.shift()
    if (method === 'HEAD' || head.status === 204 || head.status === 304) return 'none'
    if (head.value('transfer-encoding') !== undefined) return 'chunked'
    return head.value('content-length') === undefined ? 'close' : 'length'
  }
}
