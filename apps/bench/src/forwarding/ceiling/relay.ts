import type { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { joined } from './joined.ts'

/** Passes an answer on once it is complete. */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  readonly #chunks: Buffer[] = []
  #status = 502
  #headers: string[] = []

  constructor(response: ServerResponse) {
    this.#response = response
  }

  onRequestStart(): void {}

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status
    this.#headers = passedBack((controller.rawHeaders ?? []) as Buffer[]) // over HTTP/1.1 a flat list of bytes
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#response.writeHead(this.#status, this.#headers).end(joined(this.#chunks))
  }

  onResponseError(): void {
    this.#response.writeHead(502).end()
  }
}

const ownToTheConnection = new Set(['connection', 'keep-alive', 'transfer-encoding'])

function passedBack(raw: readonly Buffer[]): string[] {
  const headers: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toString('latin1') ?? ''
    if (!ownToTheConnection.has(name.toLowerCase())) headers.push(name, raw[index + 1]?.toString('latin1') ?? '')
  }
  return headers
}
