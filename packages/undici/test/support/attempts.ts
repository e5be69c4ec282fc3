import type { AnsweredAttempt, AttemptContext, AttemptReport, Server, UnansweredAttempt } from '@paylb/core'
import { onTestFinished } from 'vitest'

import { createTransport, type Transport, type TransportAnswer, type TransportOptions } from '../../src/index.ts'
import type { TransportRequest } from '../../src/index.ts'

/** A server at a port of this machine, or at any base URL. */
export function serverAt(where: number | string): Server {
  const url = new URL(typeof where === 'number' ? `http://127.0.0.1:${where}` : where)
  return {
    id: url.host,
    url: url.href,
    origin: url.origin,
    basePath: url.pathname === '/' ? '' : url.pathname,
    weight: 1,
    priority: 0,
    zone: undefined,
    maxInFlight: Infinity,
    ledger: undefined,
    declaresLedger: false,
    healthCheck: undefined,
    meta: undefined,
  }
}

/** A transport that is closed when the test has ended. */
export function transportFor(options: TransportOptions = {}): Transport {
  const transport = createTransport(options)
  onTestFinished(() => transport.close({ withinMs: 0 }))
  return transport
}

/** An unsafe request with a small body in memory. */
export function post(changes: Partial<TransportRequest> = {}): TransportRequest {
  const headers = ['content-type', 'text/plain']
  return { method: 'POST', path: '/charges', headers, body: Buffer.from('amount=1'), unsafe: true, ...changes }
}

/** A safe request without a body. */
export function get(changes: Partial<TransportRequest> = {}): TransportRequest {
  return { method: 'GET', path: '/charges', headers: [], body: undefined, unsafe: false, ...changes }
}

/** What an attempt is told; generous, so that only the deadline under test can pass. */
export function within(changes: Partial<AttemptContext> = {}): AttemptContext {
  return { number: 1, headMs: 10_000, remainingMs: 20_000, key: undefined, ...changes }
}

/** The report as that of an answered attempt. */
export function answered(report: AttemptReport<TransportAnswer>): AnsweredAttempt<TransportAnswer> {
  if (report.evidence !== 'answered')
    throw new Error(`expected an answer, got ${report.evidence}`, { cause: report.error })
  return report
}

/** What a report without an answer says, without its error. */
export function withoutError(report: AttemptReport<TransportAnswer>): Omit<UnansweredAttempt, 'error'> {
  if (report.evidence === 'answered') throw new Error(`expected no answer, got ${report.status}`)
  const { error: _error, ...rest } = report
  return rest
}

/** What keeps the process alive besides sockets, which are counted at the servers. */
export function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /Timeout|TLS|ConnectWrap/u.test(kind))
}
