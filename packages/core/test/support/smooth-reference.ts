import type { Candidate } from '../../src/index.ts'

/**
 * Smooth weighted round robin by its definition: every pick touches everybody. Weights must be whole numbers. When the
 * list changes, nobody owes or is owed more than one round of the new list.
 */
export class SmoothReference {
  readonly #values = new Map<Candidate, number>()
  #listed: readonly Candidate[] = []

  pick(list: readonly Candidate[]): Candidate | undefined {
    const sum = list.reduce((total, { weight }) => total + weight, 0)
    if (list !== this.#listed) for (const one of list) this.#values.set(one, clamp(this.#values.get(one) ?? 0, sum))
    this.#listed = list
    let chosen: Candidate | undefined
    for (const one of list) {
      this.#values.set(one, this.#valueOf(one) + one.weight)
      if (chosen === undefined || this.#valueOf(one) > this.#valueOf(chosen)) chosen = one
    }
    if (chosen !== undefined) this.#values.set(chosen, this.#valueOf(chosen) - sum)
    return chosen
  }

  #valueOf(one: Candidate): number {
    return this.#values.get(one) ?? 0
  }
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}
