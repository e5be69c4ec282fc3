import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { readAnswers, statusOf } from '../support/strict-reader.ts'
import type { StrictMessage } from '../support/strict-reader.ts'

/* A caller with one request, on a connection of its own. */

/** What the caller has got. */
export interface Got {
  readonly text: string
  /** The whole answer, if one has come. */
  readonly answer: StrictMessage | undefined
  /** What has come are answers, or the beginning of one. */
  readonly isHttp: boolean
}

/** Sends the head, then the body in two halves. */
export async function ask(url: string, method: string, number: number, bodyBytes: number): Promise<Got> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  const closed = new Promise((resolve) => {
    socket.once('close', resolve)
  })
  await once(socket, 'connect')
  const key = method === 'POST' ? `Idempotency-Key: key-${number}\r\n` : ''
  const head = `${method} /payments/charges/n${number}n HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n${key}`
  const half = 'x'.repeat(bodyBytes / 2)
  socket.write(method === 'POST' ? `${head}Content-Length: ${bodyBytes}\r\n\r\n${half}` : `${head}\r\n`)
  await turn()
  if (method === 'POST') socket.write(half)
  await closed
  const { messages, rest } = readAnswers(text, [method])
  const answer = messages.find(({ startLine }) => statusOf(startLine) >= 200)
  return { text, answer, isHttp: rest !== 'error' && messages.length <= 1 }
}
