import type { HealthCheckOptions, Random } from '@paylb/core'

import type { CertificateStore } from '../tls/certificates.ts'
import { checkHttp } from './check-http.ts'
import type { CheckResult } from './check-result.ts'
import { checkTcp } from './check-tcp.ts'
import type { Checked, CheckClock } from './options.ts'
import { Pace } from './pace.ts'
import type { PoolActivity } from './pool-activity.ts'
import { Streak } from './streak.ts'

/* The checks of one server, one after the other: the next is only due some time after the last one has ended. */

/** What the checks of all servers share. */
export interface CheckParts {
  readonly certificates: CertificateStore
  readonly clock: CheckClock
  readonly random: Random
  readonly activity: PoolActivity
  /** Told before each check; what it changes may stop this one. */
  readonly onDue: () => void
  /** Told of each check that found something. `answers` is undefined while it is not settled whether the server does. */
  readonly onResult: (id: string, found: { readonly answers: boolean | undefined; readonly load?: number }) => void
}

/** Checks one server again and again, until it is stopped. */
export class ServerCheck implements Checked {
  readonly server: Checked['server']
  readonly options: HealthCheckOptions
  /** Resolves when the checks were stopped and nothing of them is left. */
  readonly ended: Promise<void>
  readonly #parts: CheckParts
  readonly #pace: Pace
  readonly #streak: Streak
  readonly #stopping = new AbortController()
  #waking = new AbortController()
  #dueAtMs: number
  #mark: number | undefined
  #ejections = 0

  constructor({ server, options }: Checked, parts: CheckParts) {
    this.server = server
    this.options = options
    this.#parts = parts
    this.#pace = new Pace(options, parts.random)
    this.#streak = new Streak(options)
    this.#dueAtMs = parts.clock.now() + this.#pace.firstMs()
    this.ended = this.#repeat()
  }

  /** Stops at once. What a check finds from now on is nobody's business. */
  stop(): void {
    this.#stopping.abort()
    this.#waking.abort()
  }

  /** The pool is used again. */
  wakeUp(): void {
    if (!this.#pace.isSlow) return
    this.#dueAtMs = Math.min(this.#dueAtMs, this.#parts.clock.now() + this.#pace.firstMs())
    this.#waking.abort()
  }

  /** The server was ejected: what passed before, or is on its way, proves nothing any more. */
  ejected(): void {
    this.#ejections += 1
    this.#streak.forgetPasses()
  }

  async #repeat(): Promise<void> {
    for (;;) {
      await this.#untilDue()
      if (!this.#stopping.signal.aborted) this.#parts.onDue()
      if (this.#stopping.signal.aborted) return
      const ejections = this.#ejections
      const result = await this.#check()
      if (this.#stopping.signal.aborted) return
      this.#take(result, ejections)
      this.#dueAtMs = this.#parts.clock.now() + this.#pace.nextMs(this.#canWait())
    }
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#parts
    for (;;) {
      const leftMs = this.#dueAtMs - clock.now()
      if (leftMs <= 0 || this.#stopping.signal.aborted) return
      this.#waking = new AbortController()
      await clock.sleep(leftMs, this.#waking.signal)
    }
  }

  #check(): Promise<CheckResult> {
    const { path, timeoutMs } = this.options
    const { signal } = this.#stopping
    if (path === undefined) return checkTcp(this.server, timeoutMs, signal)
    return checkHttp(this.server, { ...this.options, path }, this.#parts.certificates.of(this.server.id), signal)
  }

  #take({ verdict, ...load }: CheckResult, ejectionsBefore: number): void {
    const isOld = verdict === 'passed' && ejectionsBefore !== this.#ejections
    const answers = verdict === 'nothing' || isOld ? undefined : this.#streak.add(verdict === 'passed')
    this.#parts.onResult(this.server.id, { answers, ...load })
  }

  /* Nobody has picked since the last check, and the server is known to answer. */
  #canWait(): boolean {
    const { activity } = this.#parts
    const isIdle = this.#mark !== undefined && activity.isIdleSince(this.#mark)
    this.#mark = activity.mark()
    return isIdle && this.#streak.isProven
  }
}
