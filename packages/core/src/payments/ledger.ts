import { InvalidOptionsError } from '../errors.ts'
import type { Server } from '../servers/server.ts'
import { checkOptions, rules } from '../validation.ts'
import type { Rule } from '../validation.ts'

/*
 * How a ledger treats the keys it has seen. Payment servers differ: one remembers every answer, one only successes (so
 * the same key is executed again after a 500), one goes on without its key store when that is down. What is not declared
 * is not relied on.
 */

/** What a ledger does with idempotency keys. */
export interface LedgerProfile {
  /** For how long a key is remembered, from its first request on. */
  readonly ttlMs: number
  /** Which answers are given again for a key that was seen. With `successes`, a failed payment is executed anew. */
  readonly replays: 'everything' | 'successes'
  /** True where requests are executed without a look at their keys while the key store is down. */
  readonly failsOpen: boolean
  /** Statuses that say that the same key is still running. */
  readonly inProgress: readonly number[]
  /** Statuses that say that the key was used for another request. */
  readonly mismatch: readonly number[]
  /** Statuses that promise that nothing was executed. */
  readonly notExecuted: readonly number[]
  /** Whom a 429 limits: one caller, or everybody. */
  readonly limits: 'caller' | 'server'
  /** A header that marks an answer as replayed. */
  readonly replayMarker: string | undefined
  /** A header in which the server says with `false` that the request must not be sent again. */
  readonly retryHint: string | undefined
  /** Whether a `paylb-outcome: not-executed` beside a 503 is believed. */
  readonly trustsOutcomeHeader: boolean
}

/** What is assumed of a ledger that is declared without a word about it. */
export const defaultLedgerProfile: LedgerProfile = {
  ttlMs: 86_400_000,
  replays: 'everything',
  failsOpen: false,
  inProgress: [409],
  mismatch: [422],
  notExecuted: [],
  limits: 'caller',
  replayMarker: undefined,
  retryHint: undefined,
  trustsOutcomeHeader: false,
}

const status = rules.number(100, 599, true)
const statuses = rules.matching(
  'an array of statuses from 100 to 599',
  (value) => Array.isArray(value) && value.every((one) => status.accepts(one)),
)
const refusals = rules.matching(
  'an array of statuses from 400 to 599',
  (value) => Array.isArray(value) && value.every((one) => rules.number(400, 599, true).accepts(one)),
)

const headerName = rules.matching(
  'the name of a header field',
  (value) => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/u.test(value),
)

const profileRules: Readonly<Record<keyof LedgerProfile, Rule>> = {
  ttlMs: rules.number(1),
  replays: rules.oneOf('everything', 'successes'),
  failsOpen: rules.flag,
  inProgress: statuses,
  mismatch: statuses,
  notExecuted: refusals,
  limits: rules.oneOf('caller', 'server'),
  replayMarker: headerName,
  retryHint: headerName,
  trustsOutcomeHeader: rules.flag,
}

/** @throws InvalidOptionsError */
export function readLedgers(
  given: Readonly<Record<string, Partial<LedgerProfile>>> | undefined,
): ReadonlyMap<string, LedgerProfile> {
  const profiles = new Map<string, LedgerProfile>()
  for (const [name, profile] of Object.entries(given ?? {})) {
    checkOptions(profile, profileRules, `ledgers.${name}`)
    const chosen = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined))
    profiles.set(name, withoutContradiction({ ...defaultLedgerProfile, ...chosen }, `ledgers.${name}`))
  }
  return profiles
}

/* A status with two meanings would be read as the one that is looked at first. */
function withoutContradiction(profile: LedgerProfile, path: string): LedgerProfile {
  const meanings = ['inProgress', 'mismatch', 'notExecuted'] as const
  for (const [index, meaning] of meanings.entries()) {
    for (const other of meanings.slice(index + 1)) {
      const both = profile[meaning].find((one) => profile[other].includes(one))
      if (both === undefined) continue
      throw new InvalidOptionsError(
        `${path}.${other}`,
        `${both} stands in ${meaning} as well (${meaning} is [${profile[meaning].join(', ')}]); a status can mean one of them only, so leave it out of one`,
      )
    }
  }
  const { replayMarker, retryHint } = profile
  if (replayMarker !== undefined && replayMarker.toLowerCase() === retryHint?.toLowerCase()) {
    throw new InvalidOptionsError(
      `${path}.retryHint`,
      `${retryHint} is the replayMarker as well; the same header cannot say both`,
    )
  }
  return profile
}

/** The profile of a server's ledger. */
export function profileOf({ ledger }: Server, profiles: ReadonlyMap<string, LedgerProfile>): LedgerProfile {
  return (ledger === undefined ? undefined : profiles.get(ledger)) ?? defaultLedgerProfile
}

/** Whether a key protects a payment on this server: then, and only then, an unknown outcome may be sent again. */
export function protectsKeys(server: Server, profiles: ReadonlyMap<string, LedgerProfile>): boolean {
  if (!server.declaresLedger) return false
  const { replays, failsOpen } = profileOf(server, profiles)
  return replays === 'everything' && !failsOpen
}
