import { expect, test } from 'vitest'
import { countResources, ownResources } from '../../src/soak/resources.ts'
import { msPerSample } from '../../src/soak/soaked.ts'

test('sockets are counted apart from timers and the rest, and the channel to the parent not at all', () => {
  const names = ['PipeWrap', 'TCPServerWrap', 'TCPSocketWrap', 'TCPSocketWrap', 'Timeout', 'TCPConnectWrap']
  expect(countResources(names)).toEqual({ sockets: 3, otherHandles: 2 })
  expect(ownResources(['PipeWrap', 'Timeout'])).toEqual(['Timeout'])
})

test.each([
  [10, 500],
  [60, 1_000],
  [300, 1_000],
  [86_400, 24_000],
])('a run of %d s has a sample every %d ms', (seconds, everyMs) => {
  expect(msPerSample(seconds)).toBe(everyMs)
})
