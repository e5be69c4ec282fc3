import { checkOptions, rules } from '../validation.ts'
import type { Rule } from '../validation.ts'

/*
 * What an active check of a server is. Core only knows the words: a transport opens the connections, counts, and tells
 * the balancer with `reportCheck`.
 */

/** An active check of a server, over HTTP where there is a `path`, else a plain TCP connection. Times in milliseconds. */
export interface HealthCheckOptions {
  /** The path of a check over HTTP, under the server's base path. Not given: a connection that opens is enough. */
  readonly path: string | undefined
  readonly method: 'GET' | 'HEAD' | 'OPTIONS'
  /** From the end of one check to the start of the next. */
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Checks in a row that must pass until the server counts as answering. */
  readonly healthyAfter: number
  /** Checks in a row that must fail until the server counts as not answering. */
  readonly unhealthyAfter: number
  /** The status, or the statuses, that pass. Default: any 2xx. */
  readonly expectStatus: number | readonly number[] | undefined
  /** The interval is up to this share longer or shorter, so that many processes do not check in step. */
  readonly jitter: number
}

/** The checks that are made where nothing else is said. */
export const defaultHealthCheck: HealthCheckOptions = {
  path: undefined,
  method: 'GET',
  intervalMs: 5_000,
  timeoutMs: 1_000,
  healthyAfter: 2,
  unhealthyAfter: 3,
  expectStatus: undefined,
  jitter: 0.2,
}

const status = rules.number(100, 599, true)

const healthCheckRules: Readonly<Record<keyof HealthCheckOptions, Rule>> = {
  path: rules.matching(
    'a path such as /health',
    (value) => typeof value === 'string' && /^\/[\x21-\x7e]*$/u.test(value),
  ),
  method: rules.oneOf('GET', 'HEAD', 'OPTIONS'),
  intervalMs: rules.ms,
  timeoutMs: rules.ms,
  healthyAfter: rules.count,
  unhealthyAfter: rules.count,
  expectStatus: rules.matching('a status from 100 to 599, or an array of them', (value) =>
    Array.isArray(value) ? value.length > 0 && value.every((one) => status.accepts(one)) : status.accepts(value),
  ),
  jitter: rules.number(0, 1),
}

/** @throws InvalidOptionsError for what is neither false nor options of a check */
export function checkHealthCheck(given: unknown, path: string): void {
  if (given !== undefined && given !== false) checkOptions(given, healthCheckRules, path)
}
