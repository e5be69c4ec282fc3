import { AliasTable } from './alias-table.ts'
import { firstOf, fullScanLimit } from './choose-least.ts'
import type { Candidate, PickContext, Strategy } from './strategy.ts'

/*
 * Chance in proportion to weight × (1 − failureRate)^3. The cube turns a server that fails a third of the time down to
 * 30 % of its share while it still answers. Nobody falls below 1 % of an equal share: otherwise a recovery would never
 * be noticed. Verdicts count, not statuses, so a declined card is not a failure.
 * Up to 16 servers the shares are those of the moment. Above, they are up to 100 ms old: next to the rates' half-life of
 * 10 s that is nothing, and looking at everybody once in 100 ms costs less than 1 % of a core at 10 000 servers.
 */

const leastShare = 0.01
const maxAgeMs = 100

/** Failure-based: the less a server fails, the more it gets. */
export function failureBased(): Strategy<Candidate> {
  const shares = new Shares()
  const recent = new RecentShares(shares)
  return {
    name: 'failure-based',
    pick: (candidates, context) => {
      const isSmall = candidates.length <= fullScanLimit || context.isRetry
      return isSmall ? drawNow(candidates, shares, context) : recent.draw(candidates, context)
    },
    figure: 'share of the picks; chance decides',
    figuresOf: (candidates, { now }) => {
      const current = new Shares()
      const sum = current.fill(candidates, now)
      return candidates.map((_, index) => (current.values[index] ?? 0) / sum)
    },
  }
}

class Shares {
  values: Float64Array = new Float64Array(fullScanLimit)

  /** Returns the sum. */
  fill(candidates: readonly Candidate[], now: number): number {
    const size = candidates.length
    if (this.values.length < size) this.values = new Float64Array(size)
    const { values } = this
    let wishes = 0
    for (let index = 0; index < size; index += 1) {
      const one = candidates[index] ?? firstOf(candidates)
      const kept = 1 - one.failureRateAt(now)
      const wish = one.weight * kept * kept * kept
      values[index] = wish
      wishes += wish
    }
    const floor = wishes === 0 ? 1 : (leastShare / (1 - leastShare)) * (wishes / size)
    let sum = 0
    for (let index = 0; index < size; index += 1) {
      const share = Math.max(values[index] ?? 0, floor)
      values[index] = share
      sum += share
    }
    return sum
  }
}

function drawNow(candidates: readonly Candidate[], shares: Shares, { now, random }: PickContext): Candidate {
  const sum = shares.fill(candidates, now)
  let left = random() * sum
  for (let index = 0; index < candidates.length; index += 1) {
    left -= shares.values[index] ?? 0
    if (left < 0) return candidates[index] ?? firstOf(candidates)
  }
  return candidates.at(-1) ?? firstOf(candidates)
}

class RecentShares {
  readonly #shares: Shares
  readonly #table: AliasTable = new AliasTable()
  #listed: readonly Candidate[] | undefined
  #builtAtMs = 0

  constructor(shares: Shares) {
    this.#shares = shares
  }

  draw(candidates: readonly Candidate[], { now, random }: PickContext): Candidate {
    const ageMs = now - this.#builtAtMs
    if (candidates !== this.#listed || ageMs >= maxAgeMs || ageMs < 0) {
      this.#shares.fill(candidates, now)
      this.#table.build(this.#shares.values, candidates.length)
      this.#listed = candidates
      this.#builtAtMs = now
    }
    return candidates[this.#table.draw(random)] ?? firstOf(candidates)
  }
}
