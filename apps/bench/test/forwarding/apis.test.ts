import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startApi } from '../../src/forwarding/api.ts'
import { listening } from '../../src/forwarding/contestants/listening.ts'
import { contestants } from '../../src/forwarding/contestants/registry.ts'
import { coresOf, division } from '../../src/forwarding/cores.ts'
import { lookAt } from '../../src/forwarding/look.ts'
import { answerPayment } from '../../src/forwarding/payment-server.ts'
import { ticksOf } from '../../src/forwarding/program-api.ts'
import { findProgram } from '../../src/forwarding/programs.ts'

async function origin(handler = answerPayment): Promise<string> {
  const server = await listening(handler)
  onTestFinished(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const workloads = ['POST', 'POST without key', 'GET'] as const
const here = contestants.filter((one) => one.runsIn === 'node' || findProgram(one.program) !== undefined)

test.for(here)('$name forwards a key and a body unchanged, and says what it used', async (contestant) => {
  const api = await startApi(contestant, [await origin(), await origin()], undefined)
  onTestFinished(() => api.end())
  await lookAt(api.url, contestant, workloads)
  expect(await api.cpuMicroseconds()).toBeGreaterThanOrEqual(0)
})

test('an API that is no more says so', async () => {
  const [contestant] = contestants
  if (contestant === undefined) throw new Error('no contestants')
  const api = await startApi(contestant, [], undefined)
  api.end()
  await expect(api.cpuMicroseconds()).rejects.toThrow('its process died')
})

test('who is not there, or not installed, is a reason', async () => {
  const nobody = { name: 'nobody', kind: 'peer', runsIn: 'node', listen: () => Promise.reject(new Error()) } as const
  await expect(startApi(nobody, [], undefined)).rejects.toThrow('could not be started: its process died')
  const absent = {
    ...nobody,
    runsIn: 'program',
    program: 'no-such-program',
    given: () => [],
    configuration: () => '',
  } as const
  await expect(startApi(absent, [], undefined)).rejects.toThrow('skipped: not installed')
})

test('a program that does not understand its configuration is a reason', async () => {
  const stubborn = { name: 'sh', kind: 'peer', runsIn: 'program', program: 'sh' } as const
  const contestant = { ...stubborn, given: () => ['-c', 'echo what? >&2; exit 3'], configuration: () => '' }
  await expect(startApi(contestant, [], undefined)).rejects.toThrow('could not be started: what?')
})

test('who answers wrong, or loses a key, is found before the first round', async () => {
  const [contestant] = contestants.filter(({ kind }) => kind === 'ceiling')
  if (contestant === undefined) throw new Error('no ceiling')
  const failing = await origin(
    (request, response) => void request.resume().once('end', () => response.writeHead(502).end()),
  )
  await expect(lookAt(failing, contestant, ['GET'])).rejects.toThrow('it answered GET with 502')
  const losing = await origin((request, response) => {
    delete request.headers['idempotency-key']
    answerPayment(request, response)
  })
  await expect(lookAt(losing, contestant, ['POST'])).rejects.toThrow('its POST came with another key')
})

test('the API has the first core, and with one core only nobody is pinned', () => {
  expect(division([4, 5, 7])).toMatchObject({ api: 4, rest: [5, 7] })
  expect(division([3])).toMatchObject({
    api: undefined,
    rest: [],
    note: expect.stringContaining('one core only') as string,
  })
  expect(coresOf('0-2,5')).toEqual([0, 1, 2, 5])
})

test('user and system time are read behind a name with spaces and brackets', () => {
  const behindName = ['S', ...Array.from({ length: 10 }, () => '9'), '120', '30', '7']
  expect(ticksOf(`42 (a (b) c) ${behindName.join(' ')}`)).toBe(150)
})
