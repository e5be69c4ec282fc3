import { defaultHealthCheck, type HealthCheckOptions } from '@paylb/core'

import { checkHttp } from '../../src/health-check/check-http.ts'
import type { CheckResult } from '../../src/health-check/check-result.ts'
import type { TlsOptions } from '../../src/index.ts'
import { storeOf } from '../../src/tls/certificates.ts'
import { serverAt } from './attempts.ts'

/** Checks a server over HTTP, with a timeout that passes only where it is what the test is about. */
export function check(
  where: number | string,
  options: Partial<HealthCheckOptions> = {},
  { tls = {}, signal = new AbortController().signal }: { tls?: TlsOptions; signal?: AbortSignal } = {},
): Promise<CheckResult> {
  const all = { ...defaultHealthCheck, timeoutMs: 10_000, ...options }
  const server = serverAt(where)
  return checkHttp(server, { ...all, path: options.path ?? '/health' }, storeOf(tls).of(server.id), signal)
}
