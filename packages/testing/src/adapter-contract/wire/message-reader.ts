import { Head, Message } from './message.ts'
import type { Framing } from './message.ts'

/* Reads messages out of the bytes of one connection. It trusts framing fields as they stand and repairs nothing. */

type Part = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'rest'

/** What a reader tells. */
export interface MessageReaderEvents {
  /** A head has come. Returns how its body ends. */
  framingOf(head: Head): Framing
  onMessage(message: Message): void
}

/** Takes bytes, tells messages. */
export class MessageReader {
  readonly #events: MessageReaderEvents
  #pending: Buffer = Buffer.alloc(0)
  #part: Part = 'head'
  #head = ''
  #framing: Framing = 'none'
  #body: Buffer[] = []
  #left = 0

  constructor(events: MessageReaderEvents) {
    this.#events = events
  }

  /** Whether a message has begun and not ended. */
  get isWithin(): boolean {
    return this.#part !== 'head' || this.#pending.length > 0
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    while (this.#readPart()) {
      // until nothing more can be read out of what has come
    }
  }

  /** The connection has ended; that is a body's proper end only where nothing else delimits it. */
  end(): void {
    if (this.#part === 'rest') this.#complete()
  }

  #readPart(): boolean {
    if (this.#part === 'head') return this.#readHead()
    if (this.#part === 'chunk-size') return this.#readChunkSize()
    if (this.#part === 'trailers' || this.#part === 'chunk-end') return this.#readLineAfterChunk()
    return this.#readBytes()
  }

  #readHead(): boolean {
    const text = this.#takeUntil('\r\n\r\n')
    if (text === undefined) return false
    this.#head = text
    this.#framing = this.#events.framingOf(new Head(text))
    if (this.#framing === 'chunked') this.#part = 'chunk-size'
    else if (this.#framing === 'close') this.#part = 'rest'
    else this.#expectBytes(this.#framing === 'length' ? Number(new Head(text).value('content-length')) : 0, 'body')
    return true
  }

  #readChunkSize(): boolean {
    const line = this.#takeUntil('\r\n')
    if (line === undefined) return false
    const size = Number.parseInt(line, 16)
    if (size === 0) this.#part = 'trailers'
    else this.#expectBytes(size, 'chunk')
    return true
  }

  #readLineAfterChunk(): boolean {
    const line = this.#takeUntil('\r\n')
    if (line === undefined) return false
    if (this.#part === 'chunk-end') this.#part = 'chunk-size'
    else if (line === '') this.#complete()
    return true
  }

  #readBytes(): boolean {
    const bytes = this.#part === 'rest' ? this.#pending : this.#pending.subarray(0, this.#left)
    if (bytes.length > 0) this.#body.push(bytes)
    this.#pending = this.#pending.subarray(bytes.length)
    if (this.#part === 'rest') return false
    this.#left -= bytes.length
    if (this.#left > 0) return false
    if (this.#part === 'body') this.#complete()
    else this.#part = 'chunk-end'
    return true
  }

  #expectBytes(count: number, part: Part): void {
    this.#left = count
    this.#part = part
  }

  #takeUntil(delimiter: string): string | undefined {
    const end = this.#pending.indexOf(delimiter)
    if (end === -1) return undefined
    const text = this.#pending.subarray(0, end).toString('latin1')
    this.#pending = this.#pending.subarray(end + delimiter.length)
    return text
  }

  #complete(): void {
    const message = new Message(this.#head, this.#framing, Buffer.concat(this.#body))
    this.#body = []
    this.#part = 'head'
    this.#events.onMessage(message)
  }
}
