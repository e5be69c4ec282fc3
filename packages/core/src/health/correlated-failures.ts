import type { HealthOptions } from '../balancer-options.ts'

/*
 * When more than half of the servers go bad at once, it is us and not them: our network, our DNS, a bad release of our
 * own. Then nobody is ejected any more; taking out the few that still answer would make it worse. Unless a whole other
 * group of servers, such as a second cloud, answers and has nobody that went bad: then our own part works.
 */

/** Remembers which members of a pool went bad within one window. */
export class CorrelatedFailures<Member> {
  readonly #windowMs: number
  readonly #freezeShare: number
  readonly #groupOf: (member: Member) => unknown
  /* The one that went bad last stands last. */
  readonly #bad = new Map<Member, { readonly sinceMs: number; readonly group: unknown }>()
  readonly #badInGroup = new Map<unknown, number>()
  /* Kept while anybody is bad. */
  readonly #goodAtMs = new Map<unknown, number>()
  #localUntilMs = -Infinity

  /** @param groupOf what members have in common that fail together without us: all are one group where it is not given */
  constructor(
    { windowMs, freezeShare }: Pick<HealthOptions, 'windowMs' | 'freezeShare'>,
    groupOf: (member: Member) => unknown = () => undefined,
  ) {
    this.#windowMs = windowMs
    this.#freezeShare = freezeShare
    this.#groupOf = groupOf
  }

  /** A member failed so much that it would be ejected. */
  wentBad(member: Member, nowMs: number): void {
    this.forget(member)
    const group = this.#groupOf(member)
    this.#bad.set(member, { sinceMs: nowMs, group })
    this.#badInGroup.set(group, (this.#badInGroup.get(group) ?? 0) + 1)
  }

  /** A member answered well. */
  isGood(member: Member, nowMs: number): void {
    if (this.#bad.size === 0) return
    this.forget(member)
    if (this.#bad.size > 0) this.#goodAtMs.set(this.#groupOf(member), nowMs)
    else this.#goodAtMs.clear()
  }

  /** A member left, or shall count as never seen. */
  forget(member: Member): void {
    const bad = this.#bad.get(member)
    if (bad === undefined) return
    this.#bad.delete(member)
    const left = (this.#badInGroup.get(bad.group) ?? 1) - 1
    if (left > 0) this.#badInGroup.set(bad.group, left)
    else this.#badInGroup.delete(bad.group)
  }

  /** This machine itself had no socket, or no network: for a tenth of a window nobody else is to blame. */
  failedLocally(nowMs: number): void {
    this.#localUntilMs = nowMs + this.#windowMs / 10
  }

  /** Whether so many of `members` are bad that the cause must be elsewhere. */
  isFrozenAt(nowMs: number, members: number): boolean {
    if (nowMs < this.#localUntilMs) return true
    for (const [member, { sinceMs }] of this.#bad) {
      if (nowMs - sinceMs <= this.#windowMs) break
      this.forget(member)
    }
    const bad = this.#bad.size
    return bad >= 2 && bad > members * this.#freezeShare && !this.#hasGoodGroupAt(nowMs)
  }

  #hasGoodGroupAt(nowMs: number): boolean {
    for (const [group, goodAtMs] of this.#goodAtMs) {
      if (nowMs - goodAtMs <= this.#windowMs && !this.#badInGroup.has(group)) return true
    }
    return false
  }
}
