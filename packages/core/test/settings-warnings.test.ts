import { describe, expect, test } from 'vitest'
import type { Warning } from '../src/index.ts'
import { fleet, lettered, serverNamed } from './support/fleet.ts'
import type { FleetOptions } from './support/fleet.ts'

function warnedOf(code: Warning['code'], options: FleetOptions): readonly string[] {
  const warnings: Warning[] = []
  fleet({ ...options, observer: { onWarning: (warning) => warnings.push(warning) } })
  return warnings.filter((warning) => warning.code === code).map(({ message }) => message)
}

describe('a zone in which no server stands', () => {
  test('is warned of, with the zones that there are', () => {
    const servers = [serverNamed('a', { zone: 'eu-1' }), serverNamed('b', { zone: 'us-1' }), serverNamed('c')]
    const [message] = warnedOf('zone-empty', { servers, zone: 'EU-1' })
    expect(message).toContain('zone is "EU-1", but no server stands there (they stand in: eu-1, us-1, no zone)')
  })

  test.each([{ zone: 'eu-1' }, {}])('not with %j', (options) => {
    expect(warnedOf('zone-empty', { servers: [serverNamed('a', { zone: 'eu-1' })], ...options })).toEqual([])
  })
})

describe('so many servers that have to stay that nobody can be ejected', () => {
  test('are warned of', () => {
    const [message] = warnedOf('no-ejections', { health: { minAvailable: 3 } })
    expect(message).toContain('health.minAvailable is 3 and there are 3 servers, so nobody is ever ejected')
  })

  test.each<FleetOptions>([{ health: { minAvailable: 2 } }, { servers: lettered(1) }, { health: false }])(
    'not with %j',
    (options) => {
      expect(warnedOf('no-ejections', options)).toEqual([])
    },
  )
})

describe('a queue without any limit', () => {
  const queue = { max: 100, timeoutMs: 500 }

  test('is warned of: nobody ever waits', () => {
    const [message] = warnedOf('queue-unused', { queue })
    expect(message).toContain('queue.max is 100, but there is no maxInFlight, so no request ever waits')
  })

  test.each<FleetOptions>([
    { queue, maxInFlight: 9 },
    { queue, servers: [serverNamed('a'), serverNamed('b', { maxInFlight: 9 })] },
    { queue: { max: 0, timeoutMs: 500 } },
    {},
  ])('not with %j', (options) => {
    expect(warnedOf('queue-unused', options)).toEqual([])
  })
})

describe('several ledgers that only this process knows', () => {
  test.each<[string, FleetOptions, string]>([
    ['because nobody said anything', {}, 'each server is taken for a ledger of its own, because `ledger` is not set'],
    [
      'because something was left out',
      { servers: [serverNamed('a', { ledger: 'eu' }), serverNamed('b')] },
      'each server without a `ledger` is taken for a ledger of its own, because `ledger` is not set',
    ],
    [
      'because they were declared',
      { servers: [serverNamed('a', { ledger: 'eu' }), serverNamed('b', { ledger: 'us' })] },
      'there are several ledgers',
    ],
  ])('%s', (_, options, cause) => {
    expect(warnedOf('journal-is-local', options)[0]?.startsWith(cause)).toBe(true)
  })
})

test.each(['no', 0, undefined, null])('the result of a check is true or false, not %j', (passed) => {
  const { balancer } = fleet()
  expect(() => balancer.reportCheck('a', passed as unknown as boolean)).toThrow(/passed: .* expected true or false/u)
})
