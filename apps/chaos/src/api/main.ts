/*
 * The process with paylb in it. It does what an ordinary API does: opens its journal, recovers what an earlier process
 * left behind, and listens. Besides, it tells the run what it sees.
 */
import { createBalancer } from '@paylb/core'
import type { Balancer, PaymentRecord, Reconciled, Server } from '@paylb/core'
import { sqliteJournal } from '@paylb/sqlite'
import { adapters } from './adapters/index.ts'
import type { ListeningApi } from './adapters/listening.ts'
import { reconcile } from './reconcile.ts'
import type { ApiSetup, Notice, Question, Questions, Reply } from './setup.ts'

const memoryEveryMs = 500

const setup = JSON.parse(process.argv[2] ?? '') as ApiSetup
process.on('SIGINT', () => {}) // the run decides when to stop
process.once('disconnect', leave)

const journal = sqliteJournal({ file: setup.journalFile })
const balancer = createBalancer({
  servers: setup.servers,
  strategy: setup.strategy,
  ...(setup.ledger === undefined ? {} : { ledger: setup.ledger }),
  ...(setup.reconciles ? { reconcile: reconcileAndTell } : {}),
  journal,
  health: setup.health,
  recovery: setup.recovery,
  observer: {
    onAttemptEnd: ({ server, evidence }) => {
      if (evidence !== 'answered') tell({ kind: 'attempt', server, evidence })
    },
    onWarning: ({ code, message }) => tell({ kind: 'warning', text: `${code}: ${message}` }),
  },
})
const memoryTimer = setInterval(tellMemory, memoryEveryMs)
const answers: {
  readonly [What in keyof Questions]: (balancer: Balancer, api: ListeningApi) => Promise<Questions[What]>
} = {
  recover: (ofBalancer) => ofBalancer.recover(),
  unsettled: async (ofBalancer) => (await ofBalancer.unsettled()).map((record) => record.key),
  explain: async (ofBalancer) => ofBalancer.explain({ method: 'POST' }),
  close: async (ofBalancer, ofApi) => {
    process.off('disconnect', leave)
    clearInterval(memoryTimer)
    await ofApi.close()
    await ofBalancer.close()
    await journal.close()
    return process.getActiveResourcesInfo()
  },
}

const api = await adapters[setup.adapter](balancer, setup.timeouts)
process.on('message', (question: Question) => void reply(question, balancer, api))
tell({ kind: 'listening', url: api.url })
tell({ kind: 'recovered', report: await balancer.recover() })

async function reply({ id, what }: Question, ofBalancer: Balancer, ofApi: ListeningApi): Promise<void> {
  try {
    tell({ kind: 'reply', id, value: await answers[what](ofBalancer, ofApi) })
  } catch (error) {
    tell({ kind: 'reply', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
  if (what === 'close') process.disconnect()
}

async function reconcileAndTell(payment: PaymentRecord, server: Server, signal: AbortSignal): Promise<Reconciled> {
  const found = await reconcile(payment, server, signal)
  tell({ kind: 'reconciled', found })
  return found
}

function tellMemory(): void {
  const { rss, heapUsed } = process.memoryUsage()
  tell({ kind: 'memory', residentBytes: rss, heapBytes: heapUsed })
}

function tell(message: Notice | Reply): void {
  if (process.connected) process.send?.(message)
}

function leave(): void {
  process.exit()
}
