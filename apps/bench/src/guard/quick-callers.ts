import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/* Callers that cost next to nothing: requests are text that was put together before, answers are only looked at. */

const body = JSON.stringify({ amount: 1_000, currency: 'EUR', card: 'tok_1234567890abcdef', note: 'x'.repeat(250) })
const head = `POST /payments HTTP/1.1\r\nHost: api.example\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
const succeeded = 'HTTP/1.1 200'

/** So many connections to one API. */
export class QuickCallers {
  readonly #sockets: readonly Socket[]
  readonly #hasKeys: boolean
  #sent = 0

  private constructor(sockets: readonly Socket[], hasKeys: boolean) {
    this.#sockets = sockets
    this.#hasKeys = hasKeys
  }

  static async connect(port: number, connections: number, hasKeys: boolean): Promise<QuickCallers> {
    const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1').setNoDelay())
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    return new QuickCallers(sockets, hasKeys)
  }

  /** Makes so many payments, one after the other on each connection. @throws Error when one is not answered with 200 */
  pay(payments: number): Promise<void> {
    let [left, open] = [payments, payments]
    return new Promise((resolve, reject) => {
      const next = (socket: Socket): void => {
        if (left === 0) return
        left -= 1
        socket.write(this.#request())
      }
      for (const socket of this.#sockets) {
        socket.removeAllListeners('data').on('data', (answer: Buffer) => {
          if (answer.toString('latin1', 0, succeeded.length) !== succeeded)
            return reject(new Error(answer.toString('latin1')))
          open -= 1
          if (open === 0) resolve()
          else next(socket)
        })
        next(socket)
      }
    })
  }

  #request(): string {
    this.#sent += 1
    return this.#hasKeys ? `${head}Idempotency-Key: payment-${this.#sent}\r\n\r\n${body}` : `${head}\r\n${body}`
  }
}
