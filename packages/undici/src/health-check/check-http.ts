import { readLoadHeader } from '@paylb/core'
import type { AttemptReport, HealthCheckOptions, Server } from '@paylb/core'

import { Alarm } from '../alarm.ts'
import { Attempt } from '../attempt.ts'
import type { TransportAnswer, TransportRequest } from '../request.ts'
import { ServerPool } from '../server-pool.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import type { CheckResult } from './check-result.ts'

/*
 * A check over HTTP is an attempt like that of a payment, so that it finds what a payment would find: the same TLS, the
 * same strict reading of the answer. It has a connection of its own, new for each check: it asks whether a new
 * payment would get through, never takes a payment's connection, never waits behind one, and leaves nothing open.
 */

/* What comes after this much of a body is not read; so far the answer was good. */
const maxBodyBytes = 64 * 1024

/**
 * Checks that a server answers a request as expected. Never rejects.
 *
 * @returns when the connection is closed again
 */
export async function checkHttp(
  server: Server,
  options: HealthCheckOptions & { readonly path: string },
  tls: ServerTls,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { timeoutMs: ms } = options
  const limits = { connectMs: ms, idleMs: ms, maxAnswerBufferBytes: maxBodyBytes, alarm: new Alarm(true) }
  const pool = new ServerPool(server.origin, { connectMs: ms, isBackground: true }, tls)
  try {
    const report = await new Promise<AttemptReport<TransportAnswer>>((resolve) => {
      const context = { number: 1, headMs: ms, remainingMs: ms, key: undefined }
      const attempt = new Attempt(requestOf(options, signal), context, limits, resolve)
      attempt.dispatch(pool.dispatcher, server.basePath + options.path, pool.servername)
    })
    return await judge(report, options)
  } finally {
    await pool.destroy()
    limits.alarm.stop()
  }
}

function requestOf({ method, path }: { method: string; path: string }, signal: AbortSignal): TransportRequest {
  return { method, path, headers: ['user-agent', 'paylb-health-check'], body: undefined, unsafe: false, signal }
}

async function judge(
  report: AttemptReport<TransportAnswer>,
  { expectStatus }: HealthCheckOptions,
): Promise<CheckResult> {
  if (report.evidence !== 'answered') {
    const isOurs = report.trouble === 'local' || report.trouble === 'cancelled'
    return { verdict: isOurs ? 'nothing' : 'failed' }
  }
  const isGood = isExpected(report.status, expectStatus) && (await isReadable(report.answer))
  const load = readLoadHeader(report.headers.get('endpoint-load-metrics') ?? '')
  return { verdict: isGood ? 'passed' : 'failed', ...(load === undefined ? {} : { load }) }
}

function isExpected(status: number, expected: HealthCheckOptions['expectStatus']): boolean {
  if (expected === undefined) return status >= 200 && status < 300
  return typeof expected === 'number' ? status === expected : expected.includes(status)
}

/* Whether the body comes to its end, or is longer than it is read. */
function isReadable(answer: TransportAnswer): Promise<boolean> {
  let leftBytes = maxBodyBytes
  return new Promise((resolve) => {
    if (answer.stream === undefined) return resolve(true)
    answer.stream({
      data: (chunk) => {
        leftBytes -= chunk.byteLength
        if (leftBytes <= 0) resolve(true)
        return leftBytes > 0
      },
      end: () => resolve(true),
      cut: () => resolve(false),
    })
  })
}
