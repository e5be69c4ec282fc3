import { expect, test } from 'vitest'

import { checkTcp } from '../../src/health-check/check-tcp.ts'
import { serverAt } from '../support/attempts.ts'
import { watchHandles } from '../support/open-handles.ts'
import { nowhere, unusedPort } from '../support/ports.ts'
import { startFullServer } from '../support/full-server.ts'
import { startRawServer } from '../support/raw-server.ts'

const noAbort = new AbortController().signal

test.each(['http', 'https'])('a connection to a server on %s that opens passes; nothing is sent', async (scheme) => {
  const server = await startRawServer()
  expect(await checkTcp(serverAt(`${scheme}://127.0.0.1:${server.port}`), 10_000, noAbort)).toEqual({
    verdict: 'passed',
  })
  await expect.poll(() => server.sockets[0]?.closed).toBe(true)
  expect(server.received).toEqual([''])
})

test('a connection that does not open in time fails, and is given up', async () => {
  const port = await startFullServer()
  const openHandles = watchHandles()
  expect(await checkTcp(serverAt(port), 50, noAbort)).toEqual({ verdict: 'failed' })
  await expect.poll(openHandles).toEqual([])
})

test('a refused connection fails', async () => {
  expect(await checkTcp(serverAt(await unusedPort()), 10_000, noAbort)).toEqual({ verdict: 'failed' })
})

test('a name that does not resolve fails', async () => {
  expect(await checkTcp(serverAt('http://pay.invalid'), 10_000, noAbort)).toEqual({ verdict: 'failed' })
})

test('an error of this machine counts as nothing', async () => {
  expect(await checkTcp(serverAt(`http://${nowhere}`), 10_000, noAbort)).toEqual({ verdict: 'nothing' })
})

test('a check that is given up finds nothing and leaves nothing, before it began and while it connects', async () => {
  const server = await startRawServer()
  const openHandles = watchHandles()
  const given = new AbortController()
  const check = checkTcp(serverAt(server.port), 10_000, given.signal)
  expect(openHandles()).toContain('Timeout')
  given.abort()
  expect(await check).toEqual({ verdict: 'nothing' })
  expect(await checkTcp(serverAt(server.port), 10_000, given.signal)).toEqual({ verdict: 'nothing' })
  await expect.poll(openHandles).toEqual([])
})
