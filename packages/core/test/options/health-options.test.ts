import { describe, expect, test } from 'vitest'
import { checkHealthCheck, createBalancer, defaultHealthCheck, InvalidOptionsError } from '../../src/index.ts'

const server = { id: 'a', url: 'http://a.test' }

function messageOf(make: () => unknown): string {
  try {
    make()
    return 'accepted'
  } catch (error) {
    return error instanceof InvalidOptionsError ? error.message : `wrong: ${String(error)}`
  }
}

const withOptions = (options: object): string => messageOf(() => createBalancer({ servers: [server], ...options }))
const withServer = (options: object): string =>
  messageOf(() => createBalancer({ servers: [{ ...server, ...options }] }))

describe('health options', () => {
  test.each([
    ['windowMs', 0, 'windowMs: 0 is not allowed; expected a finite number from 1 to 2147483647'],
    ['minFailures', 0, 'minFailures: 0 is not allowed; expected a whole number of at least 1'],
    ['minGap', 1.1, 'minGap: 1.1 is not allowed; expected a finite number from 0 to 1'],
    ['minGap', -0.1, 'minGap: -0.1 is not allowed'],
    ['freezeShare', 50, 'freezeShare: 50 is not allowed; expected a finite number from 0 to 1'],
    ['probationSuccesses', 0, 'probationSuccesses: 0 is not allowed'],
    ['slowStartMs', 0, 'slowStartMs: 0 is not allowed'],
    ['slowStartMs', Number.NaN, 'slowStartMs: NaN is not allowed'],
    ['slowStartAggression', 0, 'slowStartAggression: 0 is not allowed; expected a finite number above 0'],
    ['slowStartAggression', -1, 'slowStartAggression: -1 is not allowed'],
    ['slowStartAggression', Infinity, 'slowStartAggression: Infinity is not allowed'],
    ['slowStartAggression', '1', 'slowStartAggression: "1" is not allowed'],
    ['ejectOnUnauthorized', 'yes', 'ejectOnUnauthorized: "yes" is not allowed; expected true, false'],
    ['maxEjectionMs', 0, 'maxEjectionMs: 0 is not allowed'],
    ['ejectionJitter', -0.1, 'ejectionJitter: -0.1 is not allowed'],
  ])('%s: %s', (name, value, message) => {
    expect(withOptions({ health: { [name]: value } })).toContain(`health.${message}`)
  })

  test.each([
    { windowMs: 1, minFailures: 1, minGap: 0, freezeShare: 0, slowStartMs: 1, slowStartAggression: 0.01 },
    { minGap: 1, freezeShare: 1, slowStartAggression: 100, ejectOnUnauthorized: true, maxEjected: 0 },
  ])('accept %j', (health) => {
    expect(withOptions({ health })).toBe('accepted')
  })
})

describe('the queue', () => {
  test.each([
    [3, 'queue: 3 is not allowed; expected an object'],
    [{}, 'queue: an object is not allowed; expected an object with both max and timeoutMs'],
    [{ max: 3 }, 'queue: an object is not allowed; expected an object with both max and timeoutMs'],
    [{ timeoutMs: 3 }, 'queue: an object is not allowed; expected an object with both max and timeoutMs'],
    [{ max: -1, timeoutMs: 3 }, 'queue.max: -1 is not allowed; expected a whole number of at least 0'],
    [{ max: 1.5, timeoutMs: 3 }, 'queue.max: 1.5 is not allowed'],
    [{ max: Infinity, timeoutMs: 3 }, 'queue.max: Infinity is not allowed'],
    [{ max: 3, timeoutMs: 0 }, 'queue.timeoutMs: 0 is not allowed'],
    [{ max: 3, timeoutMS: 5 }, 'queue.timeoutMS: unknown option; did you mean timeoutMs?'],
    [{ max: 0, timeoutMs: 1 }, 'accepted'],
  ])('%j: %s', (queue, message) => {
    expect(withOptions({ queue })).toContain(message)
  })
})

describe('zones and priorities', () => {
  test.each([
    ['priority', -1, 'priority: -1 is not allowed; expected a whole number of at least 0'],
    ['priority', 0.5, 'priority: 0.5 is not allowed'],
    ['priority', Infinity, 'priority: Infinity is not allowed'],
    ['zone', '', 'zone: "" is not allowed; expected a string that is not empty'],
    ['zone', 1, 'zone: 1 is not allowed'],
  ])('%s: %s', (name, value, message) => {
    expect(withServer({ [name]: value })).toContain(`servers[0].${message}`)
    expect(messageOf(() => createBalancer({ servers: [server] }).update('a', { [name]: value }))).toContain(message)
  })

  test('of the balancer: a zone is a name', () => {
    expect(withOptions({ zone: '' })).toContain('zone: "" is not allowed')
    expect(withOptions({ zone: 'eu-1' })).toBe('accepted')
  })
})

describe('a health check', () => {
  test.each([
    [true, 'servers[0].healthCheck: true is not allowed; expected an object'],
    [null, 'servers[0].healthCheck: null is not allowed'],
    [{ path: 'health' }, 'healthCheck.path: "health" is not allowed; expected a path such as /health'],
    [{ path: '/a b' }, 'healthCheck.path: "/a b" is not allowed'],
    [{ path: '/a\r\nx: y' }, 'healthCheck.path'],
    [{ path: 7 }, 'healthCheck.path: 7 is not allowed'],
    [{ method: 'POST' }, 'healthCheck.method: "POST" is not allowed; expected "GET", "HEAD", "OPTIONS"'],
    [{ intervalMs: 0 }, 'healthCheck.intervalMs: 0 is not allowed'],
    [{ timeoutMs: 3e9 }, 'healthCheck.timeoutMs: 3000000000 is not allowed'],
    [{ healthyAfter: 0 }, 'healthCheck.healthyAfter: 0 is not allowed'],
    [{ unhealthyAfter: 1.5 }, 'healthCheck.unhealthyAfter: 1.5 is not allowed'],
    [{ expectStatus: 99 }, 'healthCheck.expectStatus: 99 is not allowed'],
    [{ expectStatus: 600 }, 'healthCheck.expectStatus: 600 is not allowed'],
    [{ expectStatus: [] }, 'healthCheck.expectStatus: an array of 0 is not allowed'],
    [{ expectStatus: [200, '204'] }, 'healthCheck.expectStatus: an array of 2 is not allowed'],
    [{ jitter: 2 }, 'healthCheck.jitter: 2 is not allowed'],
    [{ interval: 5 }, 'healthCheck.interval: unknown option'],
    [false, 'accepted'],
    [{}, 'accepted'],
    [{ path: '/', expectStatus: [200, 204], method: 'HEAD', jitter: 0 }, 'accepted'],
    [{ path: '/health?deep=1', expectStatus: 100 }, 'accepted'],
    [defaultHealthCheck, 'accepted'],
  ])('%j: %s', (healthCheck, message) => {
    expect(withServer({ healthCheck })).toContain(message)
  })

  test('is checked under the name that the transport gives it', () => {
    expect(messageOf(() => checkHealthCheck({ jitter: 2 }, 'options.healthCheck'))).toContain(
      'options.healthCheck.jitter: 2 is not allowed',
    )
    expect(messageOf(() => checkHealthCheck(undefined, 'healthCheck'))).toBe('accepted')
  })

  test('stands on the server as it was given, and can be updated and kept', () => {
    const balancer = createBalancer({ servers: [{ ...server, healthCheck: { path: '/health' } }] })
    expect(balancer.servers[0]?.healthCheck).toEqual({ path: '/health' })
    balancer.update('a', { weight: 2 })
    expect(balancer.servers[0]?.healthCheck).toEqual({ path: '/health' })
    balancer.update('a', { healthCheck: false })
    expect(balancer.servers[0]?.healthCheck).toBe(false)
  })
})
