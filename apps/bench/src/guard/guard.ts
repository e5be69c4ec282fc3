import type { Guarded } from './ratios.ts'

/*
 * A ratio is compared with the one that was recorded. A machine's noise adds to one measurement and not to the next, and a
 * loss is in all of them: so one that looks like a loss is measured again, and the lowest counts.
 */

/** How much higher than recorded a ratio may be. */
export const allowance = 1.15
const tries = 4

/** What became of one ratio. */
export interface Finding {
  readonly name: string
  readonly recorded: number | undefined
  /** The lowest of all tries; undefined where none came about. */
  readonly measured: number | undefined
  readonly isLoss: boolean
  readonly failure: string | undefined
}

/** Measures one guarded thing, again while it looks like a loss. */
export async function hold(
  { names, measure }: Guarded,
  recorded: Readonly<Record<string, number>>,
): Promise<readonly Finding[]> {
  let lowest: readonly number[] | undefined
  let failure: string | undefined
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      const measured = await measure()
      lowest = measured.map((ratio, index) => Math.min(ratio, lowest?.[index] ?? ratio))
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    if (lowest !== undefined && names.every((name, index) => !isLoss(lowest?.[index], recorded[name]))) break
  }
  return names.map((name, index) => ({
    name,
    recorded: recorded[name],
    measured: lowest?.[index],
    isLoss: isLoss(lowest?.[index], recorded[name]),
    failure: lowest === undefined ? failure : undefined,
  }))
}

/* What is not known cannot be vouched for. */
function isLoss(measured: number | undefined, recorded: number | undefined): boolean {
  return measured === undefined || recorded === undefined || !(measured <= allowance * recorded)
}
