import { EventEmitter } from 'node:events'
import type { TLSSocket } from 'node:tls'

import { describe, expect, test } from 'vitest'

import { Acceptance } from '../../src/tls/acceptance.ts'

function socketOf(protocol: string): TLSSocket {
  return Object.assign(new EventEmitter(), { getProtocol: () => protocol }) as unknown as TLSSocket
}

/** Waits for the acceptance of one connection while `happen` happens to it. */
async function outcome(acceptance: Acceptance, happen: (socket: TLSSocket) => unknown): Promise<string | null> {
  const socket = socketOf('TLSv1.3')
  const ends: (string | null)[] = []
  const ended = new Promise<void>((resolve) => {
    acceptance.wait(socket, 0, (error) => {
      ends.push(error === null ? null : error.message)
      resolve()
    })
  })
  happen(socket)
  await ended
  socket.on('error', () => {}).emit('error', new Error('too late'))
  expect(ends.length).toBe(1)
  return ends[0] ?? null
}

describe('a connection is used', () => {
  test('after a session ticket', async () => {
    expect(await outcome(new Acceptance(true), (socket) => socket.emit('session'))).toBeNull()
  })

  test('after a while, where the server sends none', async () => {
    expect(await outcome(new Acceptance(true), () => {})).toBeNull()
  })
})

describe('a connection is not used', () => {
  test.each<[string, (socket: TLSSocket) => unknown, RegExp]>([
    ['that is refused', (socket) => socket.emit('error', new Error('alert')), /^alert$/u],
    ['that is closed', (socket) => socket.emit('close'), /closed right after the TLS handshake/u],
    ['that is closed after its ticket', (socket) => socket.emit('session') && socket.emit('close'), /closed right/u],
  ])('%s', async (_what, happen, message) => {
    expect(await outcome(new Acceptance(true), happen)).toMatch(message)
  })
})

test.each<[string, boolean, string, boolean, boolean]>([
  ['the first one', false, 'TLSv1.3', false, true],
  ['once one was accepted', false, 'TLSv1.3', true, false],
  ['with a client certificate, each one', true, 'TLSv1.3', true, true],
  ['none where the server looks first', true, 'TLSv1.2', false, false],
])('in doubt: %s', async (_which, hasClientCertificate, protocol, wasAccepted, expected) => {
  const acceptance = new Acceptance(hasClientCertificate)
  if (wasAccepted) await outcome(acceptance, (socket) => socket.emit('session'))
  expect(acceptance.isInDoubt(socketOf(protocol))).toBe(expected)
})
