import { describe, expect, test } from 'vitest'
import { createBalancer, InvalidOptionsError, PaylbError, strategies } from '../../src/index.ts'
import type { BalancerOptions } from '../../src/index.ts'

const good = 'http://10.0.0.1:8080'

function errorOf(make: () => unknown): InvalidOptionsError {
  try {
    make()
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error
    throw error
  }
  throw new Error('the options were accepted')
}

const refused = (options: unknown): InvalidOptionsError => errorOf(() => createBalancer(options as BalancerOptions))
const withOption = (name: string, value: unknown): unknown => ({ servers: [good], [name]: value })

describe('what is no options at all', () => {
  test.each([undefined, null, 7, 'http://10.0.0.1', [good], () => good])('%s', (options) => {
    expect(refused(options)).toMatchObject({ path: 'options', code: 'invalid-options', outcome: 'not-executed' })
  })
})

describe('options that contradict each other', () => {
  test.each<[string, Partial<BalancerOptions>, string, string]>([
    [
      'a longest ejection below the first one',
      { health: { maxEjectionMs: 9_999 } },
      'health.maxEjectionMs',
      '9999 is not allowed; expected at least ejectionMs, which is 10000',
    ],
    [
      'a first ejection above the longest one by default',
      { health: { ejectionMs: 600_000 } },
      'health.ejectionMs',
      '600000 is not allowed; expected at most maxEjectionMs, which is 300000; raise that as well',
    ],
    [
      'one header that says two things',
      { ledgers: { eu: { replayMarker: 'X-Seen', retryHint: 'x-seen' } } },
      'ledgers.eu.retryHint',
      'x-seen is the replayMarker as well',
    ],
    [
      'a header that cannot be one',
      { ledgers: { eu: { replayMarker: 'was replayed' } } },
      'ledgers.eu.replayMarker',
      '"was replayed" is not allowed; expected the name of a header field',
    ],
    [
      'a status that means two things',
      { ledgers: { eu: { inProgress: [409, 425], mismatch: [422, 425] } } },
      'ledgers.eu.mismatch',
      '425 stands in inProgress as well (inProgress is [409, 425])',
    ],
    [
      'a status that means something else by default',
      { ledgers: { eu: { mismatch: [409] } } },
      'ledgers.eu.mismatch',
      '409 stands in inProgress as well (inProgress is [409])',
    ],
    [
      'a status that promises that nothing was executed, and says that it still runs',
      { ledgers: { eu: { notExecuted: [409] } } },
      'ledgers.eu.notExecuted',
      '409 stands in inProgress as well',
    ],
  ])('%s', (_, options, path, message) => {
    const error = refused({ servers: [good], ...options })
    expect(error.path).toBe(path)
    expect(error.message).toContain(message)
  })
})

describe('an option in the wrong place is told where it belongs', () => {
  test.each<[object, string, string]>([
    [
      { timeouts: {} },
      'timeouts',
      'to the door in front of the balancer: paylb({ servers, timeouts }) or paylb(balancer, { timeouts })',
    ],
    [{ pathFilter: '/payments' }, 'pathFilter', 'to the door in front of the balancer: paylb({ servers, pathFilter })'],
    [{ ejectionMs: 1 }, 'ejectionMs', 'to the health of the balancer: health: { ejectionMs }'],
    [{ weight: 1 }, 'weight', 'to a server: servers: [{ url, weight }]'],
    [
      { healthCheck: {} },
      'healthCheck',
      'paylb(balancer, { healthCheck }), or to a server: servers: [{ url, healthCheck }]',
    ],
    [{ health: { panic: 'all' } }, 'health.panic', 'to the balancer: createBalancer({ panic })'],
    [
      { servers: [{ url: good, strategy: 'random' }] },
      'servers[0].strategy',
      'to the balancer: createBalancer({ strategy })',
    ],
  ])('%j', (options, path, place) => {
    const error = refused({ servers: [good], ...options })
    expect(error.path).toBe(path)
    expect(error.message).toContain(`${path}: unknown option here; it belongs `)
    expect(error.message).toContain(place)
  })

  test('but one that is only misspelt is told how it is spelt, and a word that means nothing what there is', () => {
    expect(refused(withOption('Strategy', 'random')).message).toBe('Strategy: unknown option; did you mean strategy?')
    expect(refused(withOption('retries', 3)).message).toContain('retries: unknown option; known options are servers, ')
  })
})

test('the name of a ledger is told to belong to servers', () => {
  expect(refused(withOption('ledger', 'eu')).message).toContain('stands in the `ledger` of each of its servers')
})

describe('servers', () => {
  test.each([
    ['none given', {}, 'servers', 'undefined is not allowed; expected an array of at least one server'],
    [
      'an empty list',
      { servers: [] },
      'servers',
      'an array of 0 is not allowed; expected an array of at least one server',
    ],
    ['one URL instead of a list', { servers: good }, 'servers', `"${good}" is not allowed`],
    ['null', { servers: null }, 'servers', 'null is not allowed'],
    [
      'a server that is null',
      { servers: [good, null] },
      'servers[1]',
      'null is not allowed; expected a URL, or an object',
    ],
    [
      'a server that is a number',
      { servers: [8080] },
      'servers[0]',
      '8080 is not allowed; expected a URL, or an object',
    ],
    ['a hole in the list', { servers: Object.assign([good], { 2: good }) }, 'servers[1]', 'undefined is not allowed'],
    [
      'a URL object',
      { servers: [new URL(good)] },
      'servers[0]',
      'an object is not allowed; expected a URL as a string',
    ],
    ['no URL', { servers: [{ id: 'a' }] }, 'servers[0].url', 'undefined is not allowed'],
    [
      'the same URL twice',
      { servers: [good, good] },
      'servers[1].id',
      '"10.0.0.1:8080" is not allowed; expected an id that servers[0]',
    ],
    [
      'the same id twice',
      {
        servers: [
          { id: 'a', url: good },
          { id: 'a', url: 'http://b.test' },
        ],
      },
      'servers[1].id',
      '"a"',
    ],
    ['the same default id twice', { servers: ['http://a.test', 'http://A.test:80/'] }, 'servers[1].id', '"a.test:80"'],
  ])('%s', (_, options, path, message) => {
    const error = refused(options)
    expect(error.path).toBe(path)
    expect(error.message).toContain(`${path}: ${message}`)
  })

  test.each([
    ['weight', -1, '-1 is not allowed; expected a finite number of at least 0'],
    ['weight', Number.NaN, 'NaN is not allowed; expected a finite number of at least 0'],
    ['weight', Infinity, 'Infinity is not allowed; expected a finite number of at least 0'],
    ['weight', '2', '"2" is not allowed; expected a finite number of at least 0'],
    ['weight', null, 'null is not allowed; expected a finite number of at least 0'],
    ['maxInFlight', 0, '0 is not allowed; expected a whole number of at least 1'],
    ['maxInFlight', 1.5, '1.5 is not allowed; expected a whole number of at least 1'],
    ['id', '', '"" is not allowed; expected a string that is not empty'],
    ['id', 7, '7 is not allowed; expected a string that is not empty'],
    ['ledger', '', '"" is not allowed; expected a string that is not empty'],
    [
      'wieght',
      1,
      'unknown option; known options are id, url, weight, priority, zone, maxInFlight, ledger, healthCheck, meta',
    ],
    ['Weight', 1, 'unknown option; did you mean weight?'],
    ['constructor', 1, 'unknown option; known options are'],
  ])('%s: %s', (name, value, message) => {
    const error = refused({ servers: [good, { url: 'http://b.test', [name]: value }] })
    expect(error.message).toContain(`servers[1].${name}: ${message}`)
  })
})

describe('options', () => {
  const names = Object.keys(strategies).join(', ')

  test.each([
    ['strategy', 'fastest', `"fastest" is not allowed; expected one of ${names}, or an object with a pick function`],
    ['strategy', 'constructor', '"constructor" is not allowed'],
    ['strategy', '__proto__', '"__proto__" is not allowed'],
    ['strategy', 'toString', '"toString" is not allowed'],
    ['strategy', {}, 'an object is not allowed'],
    ['strategy', { pick: 'first' }, 'an object is not allowed'],
    ['strategy', null, 'null is not allowed'],
    ['ledger', 'own', `"own" is not allowed; expected 'shared' or 'none'`],
    ['health', true, 'true is not allowed; expected false, or an object'],
    ['health', null, 'null is not allowed; expected false, or an object'],
    ['panic', 'yes', '"yes" is not allowed; expected "fail", "least-bad", "all"'],
    ['maxInFlight', 0, '0 is not allowed; expected a whole number of at least 1'],
    ['failover', 3, '3 is not allowed; expected an object'],
    ['failover', [], 'an array of 0 is not allowed; expected an object'],
    ['classify', {}, 'an object is not allowed; expected a function'],
    ['observer', () => 1, 'a function is not allowed; expected an object'],
    ['clock', { now: () => 0 }, 'an object is not allowed; expected an object with now, wallTime and sleep functions'],
    ['random', 0.5, '0.5 is not allowed; expected a function'],
    ['retries', 3, 'unknown option; known options are servers, strategy, zone, ledger, ledgers, journal'],
    ['Strategy', 'random', 'unknown option; did you mean strategy?'],
    ['maxInflight', 3, 'unknown option; did you mean maxInFlight?'],
    ['constructor', {}, 'unknown option; known options are'],
    ['hasOwnProperty', {}, 'unknown option; known options are'],
  ])('%s: %s', (name, value, message) => {
    const error = refused(withOption(name, value))
    expect(error.path).toBe(name)
    expect(error.message).toContain(`${name}: ${message}`)
  })

  test.each([
    ['health', 'ejectionMS', 1, 'unknown option; did you mean ejectionMs?'],
    ['health', 'ejectionMs', 0, '0 is not allowed; expected a finite number from 1 to 2147483647'],
    ['health', 'maxEjectionMs', 3e9, '3000000000 is not allowed'],
    ['health', 'ejectionJitter', 1.1, '1.1 is not allowed; expected a finite number from 0 to 1'],
    ['health', 'maxEjected', -1, '-1 is not allowed; expected a whole number of at least 0'],
    ['health', 'maxEjected', 0.5, '0.5 is not allowed'],
    ['health', 'minAvailable', 0, '0 is not allowed; expected a whole number of at least 1'],
    ['health', 'consecutiveFailures', 2.5, '2.5 is not allowed'],
    ['health', 'consecutiveConnectionFailures', Number.NaN, 'NaN is not allowed'],
    ['health', 'probationSuccesses', null, 'null is not allowed'],
    ['failover', 'maxAttempts', 0, '0 is not allowed; expected a whole number of at least 1'],
    ['failover', 'maxAttempts', Infinity, 'Infinity is not allowed'],
    ['failover', 'attempts', 3, 'unknown option; known options are maxAttempts, retryBudget'],
    ['failover', 'retryBudget', 0.1, '0.1 is not allowed; expected an object'],
    ['failover', 'retryBudget', { ratio: 2 }, 'ratio: 2 is not allowed; expected a finite number from 0 to 1'],
    [
      'failover',
      'retryBudget',
      { minPerSecond: -1 },
      'minPerSecond: -1 is not allowed; expected a finite number of at least 0',
    ],
    ['failover', 'retryBudget', { Ratio: 1 }, 'Ratio: unknown option; did you mean ratio?'],
  ])('%s.%s: %j', (group, name, value, message) => {
    const error = refused(withOption(group, { [name]: value }))
    expect(error.path).toMatch(new RegExp(`^${group}\\.${name}`, 'u'))
    expect(error.message).toContain(message)
  })

  test('a __proto__ from parsed JSON is an unknown option, and changes no object', () => {
    const options: unknown = JSON.parse(`{ "servers": ["${good}"], "__proto__": { "panic": "all" } }`)
    expect(refused(options)).toMatchObject({ path: '__proto__' })
    expect(({} as Record<string, unknown>)['panic']).toBeUndefined()
  })

  test('what is undefined counts as not given', () => {
    const options = { servers: [good], strategy: undefined, health: undefined, failover: { maxAttempts: undefined } }
    expect(createBalancer(options as unknown as BalancerOptions).snapshot().strategy).toBe('least-response-time')
  })

  test('health options that are not given keep their defaults', () => {
    const balancer = createBalancer({ servers: ['http://a.test', 'http://b.test'], health: { consecutiveFailures: 1 } })
    const lease = balancer.pick({ exclude: new Set(['b.test:80']) })
    lease.record({ kind: 'unknown', evidence: 'answered', status: 500 })
    expect(balancer.snapshot().servers[0]?.health.state).toBe('ejected')
  })
})

describe('membership changes check as strictly', () => {
  const make = () => createBalancer({ servers: [good, { id: 'b', url: 'http://b.test' }] })

  test.each([
    ['add', null, 'server: null is not allowed'],
    ['add', 'nonsense', 'server.url: "nonsense" is not allowed'],
    ['add', { id: 'b', url: 'http://c.test' }, 'a server "b" is listed already'],
    ['add', good, 'a server "10.0.0.1:8080" is listed already'],
    ['replace', null, 'servers: null is not allowed; expected an array of servers'],
    ['replace', good, `servers: "${good}" is not allowed; expected an array of servers`],
    ['replace', [good, good], 'servers[1].id: "10.0.0.1:8080" is not allowed'],
    ['observe', null, 'observer: null is not allowed; expected an object'],
    ['observe', undefined, 'observer: undefined is not allowed'],
    ['remove', 'stranger', 'no server "stranger" is listed; there are 10.0.0.1:8080, b'],
    ['remove', '__proto__', 'no server "__proto__" is listed'],
  ] as const)('%s(%j)', (method, argument, message) => {
    const balancer = make()
    expect(errorOf(() => (balancer[method] as (value: unknown) => unknown)(argument)).message).toContain(message)
    expect(balancer.servers).toHaveLength(2)
  })

  test.each([
    ['b', null, 'server: null is not allowed; expected an object with what changes'],
    ['b', { id: 'c' }, 'server.id: "id" is not allowed; expected no id'],
    ['b', { weight: -1 }, 'server.weight: -1 is not allowed'],
    ['b', { url: 'ftp://b.test' }, 'server.url: "ftp://b.test" is not allowed'],
    ['b', { wieght: 1 }, 'server.wieght: unknown option'],
    ['stranger', { weight: 1 }, 'no server "stranger" is listed'],
  ])('update(%s, %j)', (id, changes, message) => {
    const balancer = make()
    expect(errorOf(() => balancer.update(id, changes as object)).message).toContain(message)
    expect(balancer.servers[1]).toMatchObject({ id: 'b', url: 'http://b.test', weight: 1 })
  })
})

test('the error is recognised across copies of the package', () => {
  const error = refused({})
  expect(PaylbError.isInstance(error)).toBe(true)
  expect(error).toBeInstanceOf(PaylbError)
  expect(error).toMatchObject({ name: 'InvalidOptionsError', code: 'invalid-options', attempts: [] })
  const fromAnotherCopy = Object.assign(new Error('x'), { [Symbol.for('paylb.error')]: true })
  expect(PaylbError.isInstance(fromAnotherCopy)).toBe(true)
  expect([new Error('x'), null, undefined, 'x', {}].filter((value) => PaylbError.isInstance(value))).toEqual([])
})
