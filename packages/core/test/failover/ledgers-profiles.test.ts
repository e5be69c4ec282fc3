import { describe, expect, test } from 'vitest'
import type { BalancerOptions, LedgerProfile } from '../../src/index.ts'
import { fleet, knownOf, stateOf } from '../support/fleet.ts'
import { answer, reset, scripted } from '../support/scripted-call.ts'
import type { Scripted } from '../support/scripted-call.ts'

/* What a ledger says of itself decides what its answers mean. */

const keyed = { key: 'order-17' }

function declared(profile: Partial<LedgerProfile>): BalancerOptions {
  return { servers: [], ledger: 'shared', ledgers: { shared: profile }, random: () => 0 }
}

function balancerWith(profile: Partial<LedgerProfile>): ReturnType<typeof fleet> {
  const { servers: _, clock: __, ...options } = declared(profile)
  return fleet(options)
}

function told(header: Record<string, string>, status: number): Scripted {
  return answer(status, { headers: new Headers(header) })
}

const notExecuted = { 'paylb-outcome': 'not-executed' }

interface Row {
  readonly name: string
  readonly profile: Partial<LedgerProfile>
  readonly steps: Scripted[]
  readonly request?: object
  readonly attempts: number
  readonly outcome: string
}

const rows: readonly Row[] = [
  {
    name: 'a status of notExecuted fails over, also without a key',
    profile: { notExecuted: [507] },
    steps: [answer(507), answer(201)],
    request: {},
    attempts: 2,
    outcome: 'succeeded',
  },
  {
    name: 'a status of notExecuted is told as such when nobody else is left',
    profile: { notExecuted: [507] },
    steps: [answer(507), answer(507), answer(507)],
    request: {},
    attempts: 3,
    outcome: 'not-executed',
  },
  {
    name: 'any other 5xx stays unknown',
    profile: { notExecuted: [507] },
    steps: [answer(500)],
    request: {},
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'a trusted server that says not-executed beside a 503 is believed',
    profile: { trustsOutcomeHeader: true },
    steps: [told(notExecuted, 503), answer(201)],
    request: {},
    attempts: 2,
    outcome: 'succeeded',
  },
  {
    name: 'not beside any other status',
    profile: { trustsOutcomeHeader: true },
    steps: [told(notExecuted, 500)],
    request: {},
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'nor is another word of it',
    profile: { trustsOutcomeHeader: true },
    steps: [told({ 'paylb-outcome': 'rejected' }, 503)],
    request: {},
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'and one that nobody trusts is not believed',
    profile: {},
    steps: [told(notExecuted, 503)],
    request: {},
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'a status of inProgress is pending',
    profile: { inProgress: [423] },
    steps: [answer(423)],
    attempts: 1,
    outcome: 'pending',
  },
  {
    name: 'and is waited for while an own attempt is open',
    profile: { inProgress: [423] },
    steps: [reset, answer(423), answer(201)],
    attempts: 3,
    outcome: 'succeeded',
  },
  {
    name: 'a 409 that inProgress does not list is in doubt, such as "already created"',
    profile: { inProgress: [] },
    steps: [answer(409), answer(409), answer(409)],
    attempts: 3,
    outcome: 'unknown',
  },
  {
    name: 'a status of mismatch is rejected',
    profile: { mismatch: [400] },
    steps: [answer(400)],
    attempts: 1,
    outcome: 'rejected',
  },
  {
    name: 'but proves nothing about an attempt that is open',
    profile: { mismatch: [400] },
    steps: [reset, answer(400)],
    attempts: 2,
    outcome: 'unknown',
  },
  {
    name: 'a retry hint of false stops what would fail over',
    profile: { retryHint: 'X-Should-Retry' },
    steps: [told({ 'x-should-retry': 'false' }, 500)],
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'a retry hint of false stops a 503 too',
    profile: { retryHint: 'X-Should-Retry' },
    steps: [told({ 'x-should-retry': 'false' }, 503)],
    attempts: 1,
    outcome: 'unknown',
  },
  {
    name: 'any other hint allows nothing and forbids nothing',
    profile: { retryHint: 'X-Should-Retry' },
    steps: [told({ 'x-should-retry': 'true' }, 500), answer(201)],
    attempts: 2,
    outcome: 'succeeded',
  },
  {
    name: 'a declined payment closes an open attempt where the ledger replays everything',
    profile: {},
    steps: [reset, answer(402)],
    attempts: 2,
    outcome: 'declined',
  },
]

test.each(rows)('$name', async ({ profile, steps, request = keyed, attempts, outcome }) => {
  const call = scripted(steps, request)
  await balancerWith(profile)
    .balancer.run(call)
    .catch(() => undefined)
  expect([call.tried.length, call.told[0]?.outcome]).toEqual([attempts, outcome])
})

describe('a 429', () => {
  const limited = told({ 'retry-after': '60' }, 429)

  test.each([
    ['server', 'closes the server for everybody, for as long as it asks', ['b', 'c', 'b']],
    ['caller', 'is the business of one caller, and closes nothing', ['b', 'c', 'a']],
  ] as const)('of a ledger that limits the %s %s', async (limits, _, later) => {
    const { balancer } = balancerWith({ limits })
    await balancer.run(scripted([limited], {}))
    const picked: string[] = []
    for (let request = 0; request < 3; request += 1) {
      const call = scripted([answer(200)], { method: 'GET' })
      await balancer.run(call)
      picked.push(...call.tried)
    }
    expect(picked).toEqual(later)
    expect(stateOf(balancer, 'a')).toBe('healthy')
  })
})

test('an answer with the replay marker says nothing about response times', async () => {
  const { balancer, clock } = balancerWith({ replayMarker: 'Idempotent-Replayed' })
  const slow =
    (ms: number, headers: Record<string, string>): Scripted =>
    () => {
      clock.advance(ms)
      return answer(201, { headers: new Headers(headers) })
    }
  const response = (): number | null => knownOf(balancer, 'a').responseTimeMs
  const only = { method: 'POST' }
  balancer.replace([{ id: 'a', url: 'http://a.test:8080' }])
  await balancer.run(scripted([slow(100, {})], only))
  const learned = response()
  expect(learned).toBeGreaterThan(0)
  await balancer.run(scripted([slow(0, { 'idempotent-replayed': 'true' })], only))
  expect(response()).toBe(learned)
  await balancer.run(scripted([slow(900, {})], only))
  expect(response()).not.toBe(learned)
})
