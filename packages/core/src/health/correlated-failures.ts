import type { HealthOptions } from '../balancer-options.ts'

/*
 * When more than half of the servers go bad at once, it is us and not them: our network, our DNS, a bad release of our
 * own. Then nobody is ejected any more; taking out the few that still answer would make it worse. Unless another group of
 * servers, such as a second cloud, answers and has at most half of its own bad: then our part works. And a group that
 * nobody has tried is tried at last: what failed for a whole window must not keep everything from one that may work.
 */

/** Whose failures are compared. */
export interface Members {
  readonly staying: number
  /** What members have in common that fail together without us, with how many there are of each. */
  readonly groups: Iterable<readonly [group: unknown, staying: number]>
}

/** Remembers which members of a pool went bad within one window. */
export class CorrelatedFailures<Member> {
  readonly #windowMs: number
  readonly #freezeShare: number
  readonly #groupOf: (member: Member) => unknown
  /* The one that went bad last stands last. */
  readonly #bad = new Map<Member, { readonly sinceMs: number; group: unknown }>()
  readonly #badInGroup = new Map<unknown, number>()
  /* Kept while anybody is bad. */
  readonly #goodAtMs = new Map<unknown, number>()
  #localUntilMs = -Infinity
  #frozenSinceMs: number | undefined

  /** @param groupOf the group of a member: all are one where it is not given */
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
    this.#count(group, 1)
  }

  /** A member may belong to another group now. */
  moved(member: Member): void {
    const bad = this.#bad.get(member)
    const group = this.#groupOf(member)
    if (bad === undefined || bad.group === group) return
    this.#count(bad.group, -1)
    bad.group = group
    this.#count(group, 1)
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
    this.#count(bad.group, -1)
  }

  /** This machine itself had no socket, or no network: for a tenth of a window nobody else is to blame. */
  failedLocally(nowMs: number): void {
    this.#localUntilMs = nowMs + this.#windowMs / 10
  }

  /** Whether so many of `members` are bad that the cause must be elsewhere. */
  isFrozenAt(nowMs: number, members: Members): boolean {
    if (nowMs < this.#localUntilMs) return true
    if (!this.#areTooManyAt(nowMs, members.staying)) {
      this.#frozenSinceMs = undefined
      return false
    }
    this.#frozenSinceMs ??= nowMs
    for (const [group, staying] of members.groups) if (this.#speaksForUsAt(nowMs, group, staying)) return false
    return true
  }

  #count(group: unknown, by: 1 | -1): void {
    const bad = (this.#badInGroup.get(group) ?? 0) + by
    if (bad > 0) this.#badInGroup.set(group, bad)
    else this.#badInGroup.delete(group)
  }

  #areTooManyAt(nowMs: number, members: number): boolean {
    for (const [member, { sinceMs }] of this.#bad) {
      if (nowMs - sinceMs <= this.#windowMs) break
      this.forget(member)
    }
    const bad = this.#bad.size
    return bad >= 2 && bad > members * this.#freezeShare
  }

  #speaksForUsAt(nowMs: number, group: unknown, staying: number): boolean {
    const bad = this.#badInGroup.get(group) ?? 0
    if (bad > staying * this.#freezeShare) return false
    const goodAtMs = this.#goodAtMs.get(group)
    if (goodAtMs !== undefined && nowMs - goodAtMs <= this.#windowMs) return true
    return bad === 0 && nowMs - (this.#frozenSinceMs ?? nowMs) > this.#windowMs
  }
}
