import type { Fleet, ServerModel } from './fleet.ts'
import { percent } from './format-comparison.ts'
import { preferredServers } from './preferred-servers.ts'
import type { Ranked } from './recommendation.ts'

/** What the reasons are about beside the strategies. */
interface Circumstances {
  readonly fleet: Fleet
  /** The p99 of the omniscient picker. */
  readonly limitMs: number
  readonly seeds: number
}

/** Why `chosen` is recommended, in sentences. `ranking` holds all strategies, the best one first. */
export function reasonsFor(chosen: Ranked, ranking: readonly Ranked[], about: Circumstances): readonly string[] {
  const others = ranking.filter((one) => one !== chosen)
  return [
    ...whoComesFirst(about.fleet),
    `${chosen.strategy}: p99 ${ms(chosen.p99Ms)} (median of ${about.seeds} seeds), ${errors(chosen)}.`,
    stability(chosen, about.seeds),
    `The limit, a picker that knows all remaining work: ${ms(about.limitMs)}, so ${times(chosen.p99Ms, about.limitMs)} of it.`,
    ...alternatives(chosen, ranking),
    ...others
      .slice(-1)
      .map((worst) => `Worst: ${worst.strategy}, p99 ${ms(worst.p99Ms)} of what was answered, ${errors(worst)}.`),
    ...whetherItMatters(ranking),
    ...shareOfSlow(chosen, others, about.fleet.servers),
  ]
}

/* Said first: where it overloads the preferred servers, no strategy is an answer. */
function whoComesFirst(fleet: Fleet): readonly string[] {
  const preferred = preferredServers(fleet)
  if (preferred === undefined) return []
  const { kinds, because, load, spillOver } = preferred
  const first =
    `Every payment goes to ${kinds.join(' and ')} (${because}) for as long as those are healthy: ` +
    `${percent(load, 0)} of what they can carry.`
  if (load <= 1) return [`${first} The others stand by.`]
  if (spillOver) return [`${first} What their maxInFlight does not allow goes to the others.`]
  return [
    `${first} No strategy can change that: the others only get payments while servers of these are out, or have as much ` +
      'in flight as they may. Give these a maxInFlight, or all servers one priority and leave out the zone.',
  ]
}

function stability({ lowestP99Ms, highestP99Ms, p99Ms }: Ranked, seeds: number): string {
  const spread = percent((highestP99Ms - lowestP99Ms) / p99Ms, 0)
  return `Between the ${seeds} seeds its p99 goes from ${ms(lowestP99Ms)} to ${ms(highestP99Ms)}: a spread of ${spread}.`
}

/* How the nearest rival did; where it did a little better, why it is not the one. */
function alternatives(chosen: Ranked, ranking: readonly Ranked[]): readonly string[] {
  const rival = ranking.find((one) => one !== chosen)
  if (rival === undefined) return []
  const figures = `${rival.strategy} has ${ms(rival.p99Ms)} (${times(rival.p99Ms, chosen.p99Ms)}) and ${errors(rival)}`
  if (ranking[0] === chosen) return [`The next best: ${figures}.`]
  return [`${figures}: as good, but ${chosen.strategy} is the default and also avoids servers that fail or slow down.`]
}

/* Less than this apart, strategies are alike. */
const notableFactor = 1.1
const notableErrors = 0.001

function whetherItMatters(ranking: readonly Ranked[]): readonly string[] {
  const p99s = ranking.map(({ p99Ms }) => p99Ms)
  const errorShares = ranking.map(({ errorShare }) => errorShare)
  const isAlike =
    Math.max(...p99s) <= notableFactor * Math.min(...p99s) &&
    Math.max(...errorShares) - Math.min(...errorShares) <= notableErrors
  return isAlike
    ? ['At this load all strategies do alike here; look at a higher load, or at one with a server gone.']
    : []
}

const notablySlower = 1.5
/* Less is shown as nothing. */
const leastShownShare = 0.0005

function shareOfSlow(chosen: Ranked, others: readonly Ranked[], servers: readonly ServerModel[]): string[] {
  const bySpeed = servers.toSorted((one, other) => one.meanServiceMs - other.meanServiceMs)
  const [fastest, slowest] = [bySpeed[0], bySpeed.at(-1)]
  if (fastest === undefined || slowest === undefined) return []
  if (slowest.meanServiceMs < notablySlower * fastest.meanServiceMs) return []
  const slower = `${slowest.kind} needs ${times(slowest.meanServiceMs, fastest.meanServiceMs)} the time of ${fastest.kind}`
  const shareOf = (one: Ranked): number => one.shares.get(slowest.kind) ?? 0
  const shown = [chosen, ...others].map((one) => `${one.strategy} ${percent(shareOf(one), 1)}`)
  if ([chosen, ...others].every((one) => shareOf(one) < leastShownShare)) {
    return [`${slower}, but stands by under every strategy: it gets next to no payments.`]
  }
  return [`${slower}. Its share of the payments: ${shown.join(', ')}.`]
}

function errors({ errorShare }: Ranked): string {
  return errorShare === 0 ? 'no errors' : `${percent(errorShare, 2)} errors`
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : 'no answers'
}

function times(value: number, unit: number): string {
  return `${(value / unit).toFixed(value / unit < 10 ? 2 : 0)} ×`
}
