import { medianOf, ratio } from './figures.ts'
import type { PicksRow } from './figures.ts'
import type { Measured } from './measured.ts'
import type { Plan } from './plan.ts'
import { isLoss, mostGrowth, mostTimesLease, mostTimesReference } from './targets.ts'

/*
 * What a check fails for: ratios to something measured in the same run, never a time, since a slow machine is no loss. A
 * ratio that was planned but could not be measured is a loss too, or a bench that measures nothing would pass.
 */

/** The ratios that are more than 15 % beyond their target, in words. */
export function losses(rows: readonly PicksRow[], plan: Plan, measured: Measured): readonly string[] {
  return [...rows.filter(({ isOurs }) => isOurs).flatMap(lossesOfRow), ...lossesOfAllocation(plan, measured)]
}

function lossesOfRow(row: PicksRow): readonly string[] {
  const has = (size: number): boolean => row.sizes.some(({ servers }) => servers === size)
  const name = `${row.contestant} (${row.load})`
  return [
    ...(has(3) && isLoss(row.timesReference, mostTimesReference)
      ? [`${name}: ${worded(row.timesReference)} × the bare loop, at most ${mostTimesReference}`]
      : []),
    ...(has(3) && has(10_000) && row.isConstantTime && isLoss(row.growth, mostGrowth)
      ? [`${name}: ${worded(row.growth)} × from 3 to 10 000 servers, at most ${mostGrowth}`]
      : []),
  ]
}

function lossesOfAllocation(plan: Plan, { allocation }: Measured): readonly string[] {
  return plan.allocation.flatMap((cell) => {
    const outcome = allocation.get(cell)
    const times = ratio(
      medianOf(outcome, (figure) => figure.perPick),
      medianOf(outcome, (figure) => figure.perLease),
    )
    return isLoss(times, mostTimesLease)
      ? [`${cell.title}: ${worded(times)} × its lease, at most ${mostTimesLease}`]
      : []
  })
}

function worded(figure: number | undefined): string {
  return figure === undefined ? 'not measured' : figure.toFixed(2)
}
