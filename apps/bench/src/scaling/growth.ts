import type { Step } from './measured.ts'

/** Noise of a shared machine, and then some. */
const tolerance = 1.5

/**
 * The steps at which the cost of a request grew faster than its work, in words.
 *
 * @param workOf how much there is to do at a size; the same at every size where it must not matter
 */
export function tooSteep(steps: readonly Step[], workOf: (size: number) => number): readonly string[] {
  return steps.flatMap(({ size, cost }, index) => {
    const before = steps[index - 1]
    if (before?.cost === undefined || cost === undefined) return []
    const allowed = Math.max(1, workOf(size) / Math.max(1, workOf(before.size))) * tolerance
    const grew = cost / before.cost
    return grew <= allowed
      ? []
      : [`${before.size} → ${size}: ${grew.toFixed(2)} ×, where ${allowed.toFixed(2)} × is allowed`]
  })
}
