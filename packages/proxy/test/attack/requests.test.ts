import { expect, test } from 'vitest'
import { mountNode } from '../support/mount.ts'
import { playCaller } from './requests/play-callers.ts'
import { playRandomRequests } from './requests/random-requests.ts'
import { RecordingOrigin } from './requests/recording-origin.ts'

test.for([1, 2])('requests at random arrive as they were told of, through plain Node (seed %i)', async (seed) => {
  const { arrived, refused } = await playRandomRequests(mountNode, { seed, runs: 50 })
  expect(arrived).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(30)
})

test('a request line without a version of HTTP, which Node takes for HTTP/0.9, reaches no server', async () => {
  const origin = await new RecordingOrigin().listen()
  const app = await mountNode({ balancer: { servers: [origin.url] }, settings: {} })
  const startLine = 'GET /payments/x'
  const caller = { requests: [], damages: [], pieces: [], ending: 'stay' } as const
  const message = { startLine, fields: [], body: '', endsWithConnection: false }
  const requests = { messages: [message], rest: 'nothing' } as const
  const { answers } = await playCaller(app.url, `${startLine}\r\nHost: shop.example\r\n\r\n`, caller, requests)
  await app.close()
  await origin.close()
  expect(answers.messages.map((answer) => answer.startLine)).toEqual(['HTTP/1.1 400 Bad Request'])
  expect(origin.arrived.size).toBe(0)
})
