import { type Balancer, type BalancerOptions, createBalancer } from '@paylb/core'
import { onTestFinished } from 'vitest'

import { createHealthChecker, type HealthChecker, type HealthCheckerOptions } from '../../src/index.ts'
import { CheckClock } from './check-clock.ts'
import { startRawServer, type RawServer } from './raw-server.ts'

/** A balancer whose servers are checked, what its checks reported, and the time that they go by. */
export interface CheckedPool {
  readonly balancer: Balancer
  readonly checker: HealthChecker
  readonly clock: CheckClock
  /** Such as `a passed`, in order. */
  readonly reports: string[]
}

/** Makes a balancer and checks its servers; random is in the middle, so that nothing is spread. */
export function checkedPool(
  servers: BalancerOptions['servers'],
  { balancer: options = {}, ...told }: HealthCheckerOptions & { balancer?: Partial<BalancerOptions> } = {},
): CheckedPool {
  const balancer = createBalancer({ servers, ...options })
  const { clock, reports, check } = watched(balancer)
  const checker = check(told)
  return { balancer, checker, clock, reports }
}

/** What the checkers of a balancer report, and a function that makes one of them. */
export function watched(balancer: Balancer): {
  readonly clock: CheckClock
  readonly reports: string[]
  readonly check: (options?: HealthCheckerOptions) => HealthChecker
} {
  const clock = new CheckClock()
  const reports: string[] = []
  const reportCheck = balancer.reportCheck.bind(balancer)
  balancer.reportCheck = (id, passed) => {
    reports.push(`${id} ${passed ? 'passed' : 'failed'}`)
    reportCheck(id, passed)
  }
  const check = (options: HealthCheckerOptions = {}): HealthChecker => {
    const checker = createHealthChecker(balancer, { clock, random: () => 0.5, ...options })
    onTestFinished(() => checker.close())
    return checker
  }
  return { clock, reports, check }
}

/** A server that answers every request with its `status`, which a test may change. */
export interface StatusServer extends RawServer {
  readonly url: string
  status: number
}

export async function startStatusServer(status = 200, header = ''): Promise<StatusServer> {
  const server = await startRawServer((socket) => {
    socket.write(`HTTP/1.1 ${started.status} So\r\n${header}content-length: 0\r\n\r\n`)
  })
  const started: StatusServer = { ...server, url: `http://127.0.0.1:${server.port}`, status }
  return started
}
