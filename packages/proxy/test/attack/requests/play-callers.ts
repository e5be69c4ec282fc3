import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { readAnswers, statusOf } from '../support/strict-reader.ts'
import type { Reading } from '../support/strict-reader.ts'
import { piecesOf } from '../support/damage.ts'
import type { ConnectionPlan } from './request-plan.ts'

/* A caller on one connection. */

/** What a caller has seen. */
export interface Heard {
  readonly answers: Reading
  /** It has left before its answers could come. */
  readonly leftEarly: boolean
  /** It has waited in vain for an answer. */
  readonly gaveUp: boolean
}

/* So long it is waited for an answer to what is no request, or not yet; and for one that is due. */
const lingerMs = 40
const giveUpMs = 600

/** Sends the bytes and waits for the answers. @param requests what is in the bytes, as they are read strictly */
export async function playCaller(url: string, text: string, plan: ConnectionPlan, requests: Reading): Promise<Heard> {
  const methods = requests.messages.map(({ startLine }) => startLine.split(' ')[0] ?? '')
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.setNoDelay(true)
  let heard = ''
  let closed = false
  let gaveUp = false
  const read = (): Reading => readAnswers(heard, methods)
  const endWhenAnswered = (): void => {
    if (plan.ending !== 'stay' || finals(read()) < methods.length) return
    setTimeout(() => socket.end(), requests.rest === 'nothing' ? 0 : lingerMs)
  }
  const closing = new Promise<void>((resolve) => {
    socket.on('close', () => {
      closed = true
      resolve()
    })
  })
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
    endWhenAnswered()
  })
  socket.on('end', () => socket.end())
  socket.setTimeout(giveUpMs, () => {
    gaveUp = true
    socket.destroy()
  })
  await once(socket, 'connect')
  for (const piece of piecesOf(text, plan.pieces)) {
    if (closed || socket.writableEnded) break
    socket.write(Buffer.from(piece, 'latin1'))
    await turn()
  }
  if (plan.ending === 'early') socket.destroy()
  else if (plan.ending === 'half-close') socket.end()
  else endWhenAnswered()
  await closing
  return { answers: read(), leftEarly: plan.ending !== 'stay' || gaveUp, gaveUp }
}

function finals({ messages }: Reading): number {
  return messages.filter(({ startLine }) => statusOf(startLine) >= 200).length
}
