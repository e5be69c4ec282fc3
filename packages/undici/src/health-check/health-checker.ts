import type { Balancer, Server } from '@paylb/core'

import { claim } from './claims.ts'
import { areCheckedAlike, checkOf, type HealthCheckerOptions, readHealthCheckerOptions } from './options.ts'
import type { HealthCheckerSettings } from './options.ts'
import { PoolActivity } from './pool-activity.ts'
import { type CheckParts, ServerCheck } from './server-check.ts'

/** The active checks of a balancer's servers. */
export interface HealthChecker {
  /** Stops every check at once. Resolves when no socket and no timer is left. */
  close(): Promise<void>
}

/**
 * Checks the servers of a balancer, those of now and those that join, until it or the balancer is closed: over HTTP
 * where there is a `path`, else whether a TCP connection opens. A check is never a payment: it has no body, no key and
 * nothing of a caller's, and it has a connection of its own.
 *
 * - `healthyAfter` passes in a row, since the last ejection, and each further one, end a server's ejection early: it goes
 *   on probation. `unhealthyAfter` failures in a row, and each further one, eject it where the pool can do without it.
 * - The next check starts `intervalMs`, give or take the jitter, after the last one has ended; the first one at some
 *   moment within one interval.
 * - Servers that answer, in a pool where nothing was picked since their last check, are checked half and then a quarter
 *   as often. With the first pick, all are checked within one interval.
 * - An error of this machine, such as too many open files, counts as nothing.
 * - A load that comes with an answer (`endpoint-load-metrics`) is reported to the balancer.
 * - No check keeps the process alive while it waits, for its turn or for an answer.
 *
 * When several checkers share a balancer, those with `healthCheck` check; if none has it, the eldest makes the checks
 * that servers have of their own.
 *
 * @example
 * const checker = createHealthChecker(balancer, { healthCheck: { path: '/health' } })
 * @throws InvalidOptionsError for an option that is unknown or wrong
 */
export function createHealthChecker(balancer: Balancer, options: HealthCheckerOptions = {}): HealthChecker {
  return new ServerChecks(balancer, readHealthCheckerOptions(options))
}

const none: readonly Server[] = []

class ServerChecks implements HealthChecker {
  readonly #balancer: Balancer
  readonly #settings: HealthCheckerSettings
  readonly #parts: CheckParts
  readonly #activity: PoolActivity
  readonly #checks = new Map<string, ServerCheck>()
  /* With the checks that were stopped, as long as something of them is left. */
  readonly #running = new Set<Promise<void>>()
  readonly #release: readonly (() => void)[]
  #isActive = false
  #seen: readonly Server[] | undefined

  constructor(balancer: Balancer, settings: HealthCheckerSettings) {
    this.#balancer = balancer
    this.#settings = settings
    this.#activity = new PoolActivity(balancer, () => this.#wakeUp())
    this.#parts = {
      ...settings,
      activity: this.#activity,
      onDue: () => this.#follow(),
      onResult: (id, found) => this.#report(id, found),
    }
    const unobserve = this.#observe()
    const isTold = settings.healthCheck !== undefined
    const unclaim = claim(balancer, { isTold, setActive: (isActive) => this.#setActive(isActive) })
    this.#release = [unobserve, unclaim]
  }

  async close(): Promise<void> {
    for (const release of this.#release) release()
    await Promise.all(this.#running)
  }

  /* Core does not tell when only the options of a server change, so the list is looked at whenever something happens. */
  #observe(): () => void {
    const follow = (): void => this.#follow()
    return this.#balancer.observe({
      onServerAdded: follow,
      onServerRemoved: follow,
      onAttemptEnd: follow,
      onHealthChange: ({ server, after }) => {
        if (after.state === 'ejected') this.#checks.get(server.id)?.ejected()
      },
      onClose: () => void this.close(),
    })
  }

  #setActive(isActive: boolean): void {
    if (isActive === this.#isActive) return
    this.#isActive = isActive
    this.#seen = undefined
    this.#follow()
    if (!isActive) this.#activity.close()
  }

  /* Makes the checks fit the list of servers. The list is the same object for as long as nothing changed. */
  #follow(): void {
    const servers = this.#isActive ? this.#balancer.servers : none
    if (servers === this.#seen) return
    this.#seen = servers
    const old = new Map(this.#checks)
    this.#checks.clear()
    for (const server of servers) this.#keepOrStart(server, old)
    for (const check of old.values()) check.stop()
  }

  #keepOrStart(server: Server, old: Map<string, ServerCheck>): void {
    const options = checkOf(server, this.#settings.healthCheck)
    if (options === undefined) return
    const known = old.get(server.id)
    const isKept = known !== undefined && areCheckedAlike(known, { server, options })
    if (isKept) old.delete(server.id)
    this.#checks.set(server.id, isKept ? known : this.#start(server, options))
  }

  #start(server: Server, options: ServerCheck['options']): ServerCheck {
    const check = new ServerCheck({ server, options }, this.#parts)
    this.#running.add(check.ended)
    void check.ended.then(() => this.#running.delete(check.ended))
    return check
  }

  #report(id: string, { answers, load }: { readonly answers: boolean | undefined; readonly load?: number }): void {
    if (load !== undefined) this.#balancer.reportLoad(id, load)
    if (answers !== undefined) this.#balancer.reportCheck(id, answers)
  }

  #wakeUp(): void {
    for (const check of this.#checks.values()) check.wakeUp()
  }
}
