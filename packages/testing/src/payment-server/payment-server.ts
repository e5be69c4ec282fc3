import { setMaxListeners } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { Ledger } from '../ledger/ledger.ts'
import { seededRandom } from '../seeded-random.ts'
import { createFaultPlan } from './fault-plan.ts'
import { checkFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { createIdleConnections } from './idle-connections.ts'
import { listen } from './listener.ts'
import type { Listener } from './listener.ts'
import { settingsOf } from './options.ts'
import type { PaymentServerOptions, Settings } from './options.ts'
import { deleteLedgerFile, newLedgerFile } from './own-ledger-file.ts'
import type { RecordedRequest } from './request-log.ts'
import { createRunningRequests, waitAtMost } from './running-requests.ts'
import { serveRequest } from './serve-request.ts'
import type { RequestServer } from './serve-request.ts'
import { newCounters } from './statistics.ts'
import type { PaymentServerStats } from './statistics.ts'

/** A payment server in this process. */
export interface PaymentServer {
  readonly id: string
  readonly url: string
  readonly port: number
  readonly ledgerFile: string
  /** What arrived, when the option `recordRequests` is set. */
  readonly requests: readonly RecordedRequest[]
  /**
   * Says what is wrong from now on, in place of what was set before: `{}` heals the server.
   *
   * @throws TypeError that names the path, the value and what is allowed; then nothing has changed
   */
  setFaults(faults: Faults): Promise<void>
  stats(): PaymentServerStats
  /**
   * Stops listening, gives requests in flight `graceMs` (0) to end, and breaks the connections of the rest. A payment
   * that still waits then is not executed.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

const busyTimeoutMs = 5_000

/**
 * Starts a payment server on 127.0.0.1 with a ledger on disk.
 *
 * @example
 * const server = await startPaymentServer({ faults: { reset: 'after', times: 1 } })
 * @throws TypeError for a wrong option, Error when the ledger or the port cannot be opened
 */
export async function startPaymentServer(options: PaymentServerOptions = {}): Promise<PaymentServer> {
  const settings = settingsOf(options)
  const ledgerFile = options.ledgerFile ?? newLedgerFile()
  let ledger: Ledger | undefined
  const closeLedger = () => {
    ledger?.close()
    if (options.ledgerFile === undefined) deleteLedgerFile(ledgerFile)
  }
  try {
    ledger = new Ledger(ledgerFile, busyTimeoutMs)
    const http = createServer({ keepAliveTimeout: settings.keepAliveMs })
    const listener = await listen(http, settings.port)
    const id = options.id ?? `127.0.0.1:${listener.port}`
    const server = serve({ id, http, listener, ledger, ledgerFile, settings, closeLedger })
    await server.setFaults(settings.faults)
    return server
  } catch (error) {
    closeLedger()
    throw error
  }
}

interface Parts {
  readonly id: string
  readonly http: Server
  readonly listener: Listener
  readonly ledger: Ledger
  readonly ledgerFile: string
  readonly settings: Settings
  readonly closeLedger: () => void
}

function serve({ id, http, listener, ledger, ledgerFile, settings, closeLedger }: Parts): PaymentServer {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const counters = newCounters()
  const requestServer: RequestServer = {
    context: { id, settings, ledger, counters, closing: closing.signal },
    plan: createFaultPlan(seededRandom(settings.seed)),
    requests: [],
    idleConnections: createIdleConnections(),
    isOpen: () => listener.isOpen,
  }
  const running = createRunningRequests()
  http.on('request', (request, response) => running.add(serveRequest(request, response, requestServer)))

  async function stop(graceMs: number): Promise<void> {
    const connectionsEnded = listener.close()
    await waitAtMost(graceMs, Promise.all([connectionsEnded, running.allEnded()]))
    closing.abort()
    http.closeAllConnections()
    await Promise.all([connectionsEnded, running.allEnded()])
    closeLedger()
  }

  let stopped: Promise<void> | undefined
  return {
    id,
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    ledgerFile,
    requests: requestServer.requests,
    async setFaults(faults) {
      const rules = checkFaults(faults)
      if (stopped !== undefined) throw new Error('The payment server is closed')
      if (rules.some((rule) => rule.refuse === true)) void listener.close()
      else await listener.open()
      requestServer.plan.replace(rules)
    },
    stats: () => ({ ...counters }),
    close: ({ graceMs = 0 } = {}) => (stopped ??= stop(graceMs)),
  }
}
