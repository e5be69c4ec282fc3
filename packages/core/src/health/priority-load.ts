/*
 * How the load spills from one priority to the next as servers of the first fall out. A level counts as whole for as long
 * as 1 / 1.4 of its servers are healthy, since most pools have that much to spare; below that, its share shrinks with its
 * health and the next level takes the rest. Source: the priority levels of Envoy.
 */

/** The servers of one level, and how many of them are healthy. */
export interface Level {
  readonly hosts: number
  readonly healthy: number
}

/** The percentage of the load for each level, and whether the level panics: too few of its servers are left. */
export interface PriorityLoad {
  readonly percents: readonly number[]
  readonly panics: readonly boolean[]
}

const panicShare = 0.5

/** Spreads 100 % over levels, the most preferred one first. */
export function priorityLoad(levels: readonly Level[], overprovisioning = 140): PriorityLoad {
  const healths = levels.map(({ hosts, healthy }) =>
    hosts === 0 ? 0 : Math.min(100, Math.floor((overprovisioning * healthy) / hosts)),
  )
  const total = Math.min(100, sum(healths))
  const panics = levels.map(({ hosts, healthy }) => total < 100 && healthy < hosts * panicShare)
  if (panics.every(Boolean)) return { percents: spread(levels.map((level) => level.hosts)), panics }
  let left = 100
  const percents = healths.map((health) => {
    const percent = Math.min(left, total === 0 ? 0 : Math.floor((health * 100) / total))
    left -= percent
    return percent
  })
  return { percents: withRest(percents, left), panics }
}

function spread(hosts: readonly number[]): readonly number[] {
  const all = sum(hosts)
  const percents = hosts.map((count) => (all === 0 ? 0 : Math.floor((count * 100) / all)))
  return withRest(percents, 100 - sum(percents))
}

/* What rounding left over goes to the first level that has any. */
function withRest(percents: readonly number[], rest: number): readonly number[] {
  const first = percents.findIndex((percent) => percent > 0)
  return percents.map((percent, index) => (index === first ? percent + rest : percent))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
