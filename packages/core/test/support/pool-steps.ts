import * as fc from 'fast-check'
import type { Outcome, PickRequest } from '../../src/index.ts'
import { callerGone, declined, localFailure, overloaded, overloadedFor, rateLimited } from './outcomes.ts'
import { refusedConnection, serverError, succeeded, unauthorized } from './outcomes.ts'
import type { Changes, Step } from './pool-step.ts'

const hourMs = 3_600_000

const number = fc.nat(20)
const outcome = fc.constantFrom<Outcome[]>(
  refusedConnection,
  refusedConnection,
  serverError,
  succeeded,
  succeeded,
  overloaded,
  overloadedFor(20_000),
  { ...overloaded, retryAfterMs: Number.NaN },
  rateLimited,
  unauthorized,
  declined,
  callerGone,
  localFailure('EMFILE'),
)
const request = fc.constantFrom<PickRequest[]>(
  { method: 'GET' },
  { method: 'POST' },
  { method: 'POST', key: 'order-17' },
)
const changes: fc.Arbitrary<Changes> = fc.oneof(
  fc.record({ weight: fc.nat(3) }),
  fc.record({ priority: fc.nat(2) }),
  fc.record({ zone: fc.constantFrom('here', 'there') }),
  fc.record({ maxInFlight: fc.integer({ min: 1, max: 4 }) }),
)
const load = fc.constantFrom(0, 0.5, 2, -1, Number.NaN, Infinity)
const ms = fc.oneof(
  { weight: 8, arbitrary: fc.nat(15_000) },
  { weight: 1, arbitrary: fc.constantFrom(hourMs, -hourMs, -1) },
)
const ending = fc.constantFrom('complete' as const, 'cut' as const, 'abandoned' as const)
const constant = <Word extends string>(word: Word): fc.Arbitrary<Word> => fc.constant(word)

/** One step, at random. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ do: constant('pick'), excluded: fc.array(number, { maxLength: 3 }), request }) },
  { weight: 16, arbitrary: fc.record({ do: constant('record'), lease: number, outcome }) },
  { weight: 12, arbitrary: fc.record({ do: constant('release'), lease: number, ending }) },
  { weight: 4, arbitrary: fc.record({ do: constant('fail'), server: number, outcome }) },
  { weight: 4, arbitrary: fc.record({ do: constant('advance'), ms }) },
  { weight: 4, arbitrary: fc.record({ do: constant('update'), server: number, changes }) },
  { weight: 3, arbitrary: fc.record({ do: constant('check'), server: number, passed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: 'add' } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'drain' as const), server: number }) },
  { weight: 1, arbitrary: fc.record({ do: constant('report'), server: number, load }) },
  { weight: 1, arbitrary: fc.record({ do: constant('replace'), kept: fc.array(number, { maxLength: 5 }), changes }) },
)

/** A life of a pool. */
export const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 20, maxLength: 120 })
