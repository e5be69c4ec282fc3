import type { CellOutcome } from '../measure/rounds.ts'
import { median } from '../measure/statistics.ts'
import { reference } from './contestants.ts'
import type { Contestant } from './contestants.ts'

/** The most that `run` may cost, as a multiple of cockatiel's retry and breaker. */
export const mostTimesReference = 3

/** One line of the table. What was not measured is undefined, never a number. */
export interface Figure {
  readonly name: string
  readonly nanoseconds: number | undefined
  readonly timesReference: number | undefined
  readonly target: 'met' | 'missed' | 'not measured' | undefined
  readonly failure: string | undefined
}

/** The lines of all contestants. */
export function figuresOf(outcomes: ReadonlyMap<Contestant, CellOutcome<number>>): readonly Figure[] {
  const times = new Map([...outcomes].map(([{ name }, outcome]) => [name, middle(outcome)]))
  return [...outcomes].map(([{ name, hasTarget }, outcome]) => {
    const timesReference = ratio(times.get(name), times.get(reference))
    return {
      name,
      nanoseconds: times.get(name),
      timesReference,
      target: hasTarget ? standing(timesReference) : undefined,
      failure: outcome.ok ? undefined : outcome.reason,
    }
  })
}

function standing(timesReference: number | undefined): 'met' | 'missed' | 'not measured' {
  if (timesReference === undefined) return 'not measured'
  return timesReference <= mostTimesReference ? 'met' : 'missed'
}

function middle(outcome: CellOutcome<number>): number | undefined {
  return outcome.ok && outcome.values.length > 0 ? median(outcome.values) : undefined
}

function ratio(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other
}
