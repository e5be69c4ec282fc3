import { setTimeout as sleep } from 'node:timers/promises'
import type { Reconciled, RecoveryReport } from '@paylb/core'
import { checkLedgers, keysOnSeveralLedgers, readDeclinedKeys, readExecutions } from '@paylb/testing'
import type { Notice } from './api/setup.ts'
import type { Evidence } from './check/evidence.ts'
import { readUnsettled } from './check/read-journal.ts'
import { Callers } from './client/callers.ts'
import { AttemptLog } from './faults/attempt-log.ts'
import { Coverage } from './faults/coverage.ts'
import { killApi } from './faults/kill-api.ts'
import type { ApiDeath } from './faults/kill-api.ts'
import { always, playTrack } from './faults/play-track.ts'
import type { Round } from './faults/schedule.ts'
import type { FleetPlan, Fleet } from './fleet/fleet.ts'
import type { RunTimes } from './settings.ts'

/*
 * One run: callers pay while faults are played; then the faults stop, everything comes to its end, and what the ledgers
 * hold, what the journal holds and what callers were told is gathered.
 */

/** What one run is to be. */
export interface RunPlan extends Omit<FleetPlan, 'timeouts' | 'health' | 'recovery'> {
  readonly times: RunTimes
  /** Rounds are played until this many payments were begun, */
  readonly payments: number
  /** and this much time has passed. */
  readonly leastMs: number
  /** A run that takes longer has failed. */
  readonly longestMs: number
  readonly callers: number
  readonly mostRepeats: number
  readonly hangUpShare: number
  /** Draws what goes wrong next. */
  readonly drawRound: () => Round
}

/** Whoever watches a run. */
export interface Watcher {
  onFault(what: string, begins: boolean): void
  onPhase(what: string): void
}

/** What a run came to. */
export interface RunResult {
  readonly evidence: Evidence
  readonly coverage: Coverage
  readonly memory: Memory
  readonly warnings: ReadonlySet<string>
  readonly durationMs: number
}

/** The memory of the API's process, in bytes. */
export interface Memory {
  mostResidentBytes: number
  lastResidentBytes: number
  lastHeapBytes: number
}

/** How one run goes on; also what its watcher may look at. */
export class Run {
  readonly #plan: RunPlan
  readonly #fleet: Fleet
  readonly #watcher: Watcher
  readonly #signal: AbortSignal
  readonly #broken = new AbortController()
  readonly #attempts = new AttemptLog()
  readonly #deaths: ApiDeath[] = []
  readonly #recoveries: RecoveryReport[] = []
  readonly #reconciled: Record<Reconciled, number> = { succeeded: 0, declined: 0, 'not-found': 0, unknown: 0 }
  readonly #warnings = new Set<string>()
  readonly #memory: Memory = { mostResidentBytes: 0, lastResidentBytes: 0, lastHeapBytes: 0 }
  #isOver = false
  readonly coverage = new Coverage()
  readonly callers: Callers

  /** @param signal aborts it */
  constructor(plan: RunPlan, fleet: Fleet, watcher: Watcher, signal: AbortSignal) {
    this.#plan = plan
    this.#fleet = fleet
    this.#watcher = watcher
    this.#signal = AbortSignal.any([signal, this.#broken.signal])
    const { seed, callers, mostRepeats, hangUpShare, times } = plan
    const habits = { seed, callers, mostRepeats, hangUpShare, thinkMs: times.thinkMs, headMs: times.pace.headMs }
    this.callers = new Callers(habits, {
      url: () => fleet.api.url,
      isEnough: () => this.#isOver,
      onHangUp: (hasLeft) => this.coverage.add('hang up', hasLeft ? 1 : 0),
      signal: this.#signal,
    })
  }

  /** Takes in what the API tells. */
  notice(notice: Notice): void {
    if (notice.kind === 'attempt') this.#attempts.add(notice)
    if (notice.kind === 'recovered') this.#recoveries.push(notice.report)
    if (notice.kind === 'reconciled') this.#reconciled[notice.found] += 1
    if (notice.kind === 'warning') this.#warnings.add(notice.text)
    if (notice.kind !== 'memory') return
    const { residentBytes, heapBytes } = notice
    this.#memory.mostResidentBytes = Math.max(this.#memory.mostResidentBytes, residentBytes)
    this.#memory.lastResidentBytes = residentBytes
    this.#memory.lastHeapBytes = heapBytes
  }

  /** Plays it to its end. Rejects when aborted, or when a part of the fleet does not do as it is told. */
  async play(): Promise<RunResult> {
    const startedAt = performance.now()
    await Promise.all(this.#fleet.servers.map((server) => server.setFaults(always)))
    this.#watcher.onPhase('callers pay, and things go wrong')
    await this.#together([this.#playRounds(startedAt), this.callers.run()])
    await this.#untilIdle()
    const evidence = await this.#gather()
    const durationMs = performance.now() - startedAt
    return { evidence, coverage: this.coverage, memory: this.#memory, warnings: this.#warnings, durationMs }
  }

  /* When one of them fails the others stop, so that nothing goes on behind the back of whoever cleans up. */
  async #together(parts: readonly Promise<void>[]): Promise<void> {
    const watched = parts.map((part) =>
      part.catch((error: unknown) => {
        this.#broken.abort(error)
        throw error
      }),
    )
    await Promise.allSettled(watched)
    await Promise.all(watched)
  }

  async #playRounds(startedAt: number): Promise<void> {
    const { payments, leastMs, drawRound } = this.#plan
    do {
      await this.#playRound(drawRound())
    } while (this.callers.payments.length < payments || performance.now() - startedAt < leastMs)
    this.#isOver = true
    this.#watcher.onPhase('the faults are over; callers ask for what they do not know yet')
  }

  async #playRound({ tracks, apiKillsAfterMs }: Round): Promise<void> {
    const stage = {
      attempts: this.#attempts,
      coverage: this.coverage,
      signal: this.#signal,
      onMiss: (what: string) => this.#explainMiss(what),
      onFault: (what: string, begins: boolean) => this.#watcher.onFault(what, begins),
    }
    await this.#together([
      ...this.#fleet.servers.map((server, index) => playTrack(server, tracks[index] ?? [], stage)),
      this.#killApi(apiKillsAfterMs),
    ])
  }

  async #explainMiss(what: string): Promise<void> {
    this.#watcher.onPhase(`${what} has hit nobody: ${JSON.stringify(await this.#fleet.api.ask('explain'))}`)
  }

  async #killApi(afterMs: readonly number[]): Promise<void> {
    for (const ms of afterMs) {
      await sleep(ms, undefined, { signal: this.#signal })
      this.#watcher.onFault('API killed', true)
      const death = await killApi(this.#fleet, this.callers)
      this.#deaths.push(death)
      this.coverage.add('api kill', death.broken)
      this.#watcher.onFault('API killed', false)
    }
  }

  /* A paused server executes what it had accepted when it goes on: ledgers are read when nobody works any more. */
  async #untilIdle(): Promise<void> {
    for (;;) {
      const stats = await Promise.all(this.#fleet.servers.map((server) => server.stats()))
      if (stats.every((one) => one.inFlight === 0)) return
      await sleep(50, undefined, { signal: this.#signal })
    }
  }

  async #gather(): Promise<Evidence> {
    const { api, ledgerFiles, journalFile } = this.#fleet
    this.#watcher.onPhase('what is left is recovered')
    await sleep(this.#plan.times.recovery.olderThanMs ?? 0, undefined, { signal: this.#signal })
    this.#recoveries.push(await api.ask('recover'))
    const unsettledByApi = await api.ask('unsettled')
    const leaving = await api.leave()
    const { payments } = this.callers
    const told = payments.map(({ reference, outcome }) => ({ reference, outcome }))
    return {
      ledgers: this.#plan.ledgers,
      payments,
      ledgerReport: checkLedgers({ ledgers: ledgerFiles, told }),
      executions: readExecutions(ledgerFiles),
      keysOnSeveralLedgers: keysOnSeveralLedgers(ledgerFiles),
      declinedKeys: readDeclinedKeys(ledgerFiles),
      unsettled: await readUnsettled(journalFile),
      unsettledByApi,
      deaths: this.#deaths,
      recoveries: this.#recoveries,
      reconciled: this.#reconciled,
      unreachedFaults: this.coverage.unreached(),
      leaving,
    }
  }
}
