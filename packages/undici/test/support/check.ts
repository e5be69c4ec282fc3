import { defaultHealthCheck, type HealthCheckOptions } from '@paylb/core'

import { checkHttp } from '../../src/health-check/check-http.ts'
import type { CheckResult } from '../../src/health-check/check-result.ts'
import type { TlsOptions } from '../../src/index.ts'
import { serverAt } from './attempts.ts'

/** Checks a server over HTTP, with a timeout that passes only where it is what the test is about. */
export function check(
  where: number | string,
  options: Partial<HealthCheckOptions> = {},
  { tls = {}, signal = new AbortController().signal }: { tls?: TlsOptions; signal?: AbortSignal } = {},
): Promise<CheckResult> {
  const all = { ...defaultHealthCheck, timeoutMs: 10_000, ...options }
  return checkHttp(serverAt(where), { ...all, path: options.path ?? '/health' }, tls, signal)
}
