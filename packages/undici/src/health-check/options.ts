import { isDeepStrictEqual } from 'node:util'

import { checkHealthCheck, checkOptions, defaultHealthCheck, type Rule, rules, systemClock } from '@paylb/core'
import type { Clock, HealthCheckOptions, Random, Server } from '@paylb/core'

import { type Certificates, type CertificateStore, storeOf } from '../tls/certificates.ts'
import type { TlsOptions } from '../tls/tls-options.ts'

/** Time as checks need it. */
export type CheckClock = Pick<Clock, 'now' | 'sleep'>

/** What a health checker can be told. */
export interface HealthCheckerOptions {
  /**
   * How every server is checked that has no `healthCheck` of its own; what a server has of its own comes before it, and
   * false there switches its checks off. Not given, or false: only servers with a `healthCheck` are checked.
   */
  readonly healthCheck?: Partial<HealthCheckOptions> | false
  /** For checks over HTTP of servers on `https:`; the same as the transport's. Certificates are always verified. */
  readonly tls?: TlsOptions | Certificates
  /** Spreads the checks. Default `Math.random`. */
  readonly random?: Random
  /** When checks are due. Default: the machine's time, which never keeps the process alive for a check. */
  readonly clock?: CheckClock
}

/** Options with every default filled in. */
export interface HealthCheckerSettings {
  readonly healthCheck: Partial<HealthCheckOptions> | undefined
  readonly certificates: CertificateStore
  readonly random: Random
  readonly clock: CheckClock
}

const checkerRules: Readonly<Record<keyof HealthCheckerOptions, Rule>> = {
  healthCheck: rules.anything,
  tls: rules.object,
  random: rules.callback,
  clock: rules.matching(
    'an object with now and sleep functions',
    (value) =>
      rules.object.accepts(value) &&
      ['now', 'sleep'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
  ),
}

/** @throws InvalidOptionsError at the first option that is unknown or wrong */
export function readHealthCheckerOptions(options: HealthCheckerOptions): HealthCheckerSettings {
  checkOptions(options, checkerRules, '')
  checkHealthCheck(options.healthCheck, 'healthCheck')
  return {
    healthCheck: options.healthCheck === false ? undefined : options.healthCheck,
    certificates: storeOf(options.tls),
    random: options.random ?? Math.random,
    clock: options.clock ?? backgroundClock,
  }
}

/** How a server is checked; undefined where it is not. `forAll`: what was told for every server. */
export function checkOf(
  { healthCheck }: Server,
  forAll: Partial<HealthCheckOptions> | undefined,
): HealthCheckOptions | undefined {
  if (healthCheck === false || (healthCheck === undefined && forAll === undefined)) return undefined
  return { ...defaultHealthCheck, ...given(forAll), ...given(healthCheck) }
}

/** Whether two servers are checked in the same way, at the same place. */
export function areCheckedAlike(one: Checked, other: Checked): boolean {
  return one.server.url === other.server.url && isDeepStrictEqual(one.options, other.options)
}

/** A server and how it is checked. */
export interface Checked {
  readonly server: Server
  readonly options: HealthCheckOptions
}

function given(options: Partial<HealthCheckOptions> = {}): Partial<HealthCheckOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/* A longer timer would fire at once. */
const longestTimerMs = 2_147_483_647

/* A sleep may be over early: whoever sleeps looks at the time. */
const backgroundClock: CheckClock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(ms, longestTimerMs)).unref()
      signal?.addEventListener('abort', wake)
    }),
}
