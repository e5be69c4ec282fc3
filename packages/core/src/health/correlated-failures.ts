import type { HealthOptions } from '../balancer-options.ts'

/*
 * When more than half of the servers go bad at once, it is us and not them: our network, our DNS, a bad release of our
 * own. Then nobody is ejected any more; taking out the few that still answer would make it worse.
 */

/** Remembers which members of a pool went bad within one window. */
export class CorrelatedFailures<Member> {
  readonly #windowMs: number
  readonly #freezeShare: number
  /* The one that went bad last stands last. */
  readonly #badSinceMs = new Map<Member, number>()
  #localUntilMs = -Infinity

  constructor({ windowMs, freezeShare }: Pick<HealthOptions, 'windowMs' | 'freezeShare'>) {
    this.#windowMs = windowMs
    this.#freezeShare = freezeShare
  }

  /** A member failed so much that it would be ejected. */
  wentBad(member: Member, nowMs: number): void {
    this.#badSinceMs.delete(member)
    this.#badSinceMs.set(member, nowMs)
  }

  /** A member answered well, or left. */
  isGood(member: Member): void {
    if (this.#badSinceMs.size > 0) this.#badSinceMs.delete(member)
  }

  /** This machine itself had no socket, or no network: for a tenth of a window nobody else is to blame. */
  failedLocally(nowMs: number): void {
    this.#localUntilMs = nowMs + this.#windowMs / 10
  }

  /** Whether so many of `members` are bad that the cause must be elsewhere. */
  isFrozenAt(nowMs: number, members: number): boolean {
    if (nowMs < this.#localUntilMs) return true
    for (const [member, sinceMs] of this.#badSinceMs) {
      if (nowMs - sinceMs <= this.#windowMs) break
      this.#badSinceMs.delete(member)
    }
    const bad = this.#badSinceMs.size
    return bad >= 2 && bad > members * this.#freezeShare
  }
}
