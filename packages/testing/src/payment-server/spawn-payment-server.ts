import { sendCommand } from './control-client.ts'
import { ended, startChild } from './child-process.ts'
import type { StartedChild } from './child-process.ts'
import { checkFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { flagsOf } from './flags.ts'
import type { ProcessOptions } from './flags.ts'
import { settingsOf } from './options.ts'
import { deleteLedgerFile, newLedgerFile } from './own-ledger-file.ts'
import { guardPausedChild } from './paused-child-guard.ts'
import type { PausedChildGuard } from './paused-child-guard.ts'
import { stopped } from './process-state.ts'
import type { PaymentServerStats } from './statistics.ts'

/** A payment server in a process of its own, which ends with this process at the latest. */
export interface SpawnedPaymentServer {
  readonly id: string
  readonly url: string
  readonly port: number
  readonly controlUrl: string
  readonly ledgerFile: string
  /** Another one after each `restart`. */
  readonly pid: number
  /** As `PaymentServer.setFaults`. A restart forgets them. */
  setFaults(faults: Faults): Promise<void>
  stats(): Promise<PaymentServerStats>
  /** Kills it with SIGKILL, paused or not, and waits until it is gone. */
  kill(): Promise<void>
  /**
   * Stops it with SIGSTOP, between two turns of its event loop. The kernel still accepts connections and bytes for it.
   * Not on Windows.
   */
  pause(): Promise<void>
  /** Lets a paused server go on (SIGCONT). */
  resume(): void
  /** Starts it again on the same port and ledger, after killing it where it still runs. */
  restart(): Promise<void>
  /** Ends it with SIGTERM, which lets requests in flight end, and waits until it is gone. */
  stop(): Promise<void>
}

/**
 * Starts a payment server as a child process.
 *
 * @throws TypeError for a wrong option, Error when the process ends before it listens
 */
export async function spawnPaymentServer(options: ProcessOptions = {}): Promise<SpawnedPaymentServer> {
  settingsOf(options)
  const ledgerFile = options.ledgerFile ?? newLedgerFile()
  const discardLedger = () => {
    if (options.ledgerFile === undefined) deleteLedgerFile(ledgerFile)
  }
  try {
    const started = await startChild(flagsOf({ options: { ...options, ledgerFile }, controlPort: 0 }))
    return commandChild(started, { ...options, ledgerFile }, discardLedger)
  } catch (error) {
    discardLedger()
    throw error
  }
}

function commandChild(
  started: StartedChild,
  options: ProcessOptions & { readonly ledgerFile: string },
  discardLedger: () => void,
): SpawnedPaymentServer {
  const { id, url, controlUrl } = started.announcement
  const port = Number(new URL(url).port)
  const controlPort = Number(new URL(controlUrl).port)
  let { child } = started
  let guard: PausedChildGuard | undefined
  let restarting: Promise<void> | undefined

  function resume(): void {
    child.kill('SIGCONT')
    guard?.dismiss()
    guard = undefined
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    child.kill(signal)
    resume()
    await ended(child)
  }

  async function startAgain(): Promise<void> {
    await end('SIGKILL')
    const restarted = await startChild(flagsOf({ options: { ...options, id, port }, controlPort }))
    child = restarted.child
  }

  /* Whoever is being started is ended, too. */
  async function endForGood(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (restarting !== undefined) await restarting.catch(() => {})
    await end(signal)
  }

  return {
    id,
    url,
    port,
    controlUrl,
    ledgerFile: options.ledgerFile,
    get pid() {
      return child.pid ?? 0
    },
    async setFaults(faults) {
      checkFaults(faults)
      await sendCommand(controlUrl, 'PUT', '/__faults', JSON.stringify(faults))
    },
    async stats() {
      return JSON.parse(await sendCommand(controlUrl, 'GET', '/__stats')) as PaymentServerStats
    },
    kill: () => endForGood('SIGKILL'),
    async pause() {
      if (guard !== undefined) return
      guard = await guardPausedChild(child)
      await sendCommand(controlUrl, 'POST', '/__pause')
      if (child.pid !== undefined) await stopped(child.pid)
    },
    resume,
    async restart() {
      restarting = startAgain()
      try {
        await restarting
      } finally {
        restarting = undefined
      }
    },
    async stop() {
      await endForGood('SIGTERM')
      discardLedger()
    },
  }
}
