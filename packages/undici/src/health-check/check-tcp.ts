import { connect } from 'node:net'

import type { Server } from '@paylb/core'

import { Alarm } from '../alarm.ts'
import { Deadline } from '../deadline.ts'
import { type CheckResult, failedWith } from './check-result.ts'

/**
 * Checks that a server takes connections; nothing is sent. Never rejects.
 *
 * @returns when the connection is closed again
 */
export function checkTcp(server: Server, timeoutMs: number, signal: AbortSignal): Promise<CheckResult> {
  if (signal.aborted) return Promise.resolve({ verdict: 'nothing' })
  const socket = connect(addressOf(server)).unref()
  let result: CheckResult = { verdict: 'nothing' }
  const end = (found: CheckResult): void => {
    result = found
    socket.destroy()
  }
  const giveUp = (): void => end({ verdict: 'nothing' })
  const alarm = new Alarm(true)
  const deadline = new Deadline({ onDeadline: () => end({ verdict: 'failed' }) }, alarm)
  deadline.set(performance.now() + timeoutMs)
  signal.addEventListener('abort', giveUp)
  socket.once('connect', () => end({ verdict: 'passed' }))
  socket.on('error', (error) => end(failedWith(error)))
  return new Promise((resolve) => {
    socket.once('close', () => {
      deadline.clear()
      alarm.stop()
      signal.removeEventListener('abort', giveUp)
      resolve(result)
    })
  })
}

function addressOf({ origin }: Server): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(origin)
  const standardPort = protocol === 'https:' ? 443 : 80
  return { host: hostname.replace(/^\[|\]$/gu, ''), port: port === '' ? standardPort : Number(port) }
}
