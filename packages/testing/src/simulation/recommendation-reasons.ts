import type { ServerDescription } from './fleet-description.ts'
import { percent } from './format-comparison.ts'
import type { Ranked } from './recommendation.ts'

/** What the reasons are about beside the strategies. */
interface Circumstances {
  readonly servers: readonly ServerDescription[]
  /** The p99 of the omniscient picker. */
  readonly limitMs: number
  readonly seeds: number
}

/** Why `chosen` is recommended, in sentences. `ranking` holds all strategies, the best one first. */
export function reasonsFor(chosen: Ranked, ranking: readonly Ranked[], about: Circumstances): readonly string[] {
  const others = ranking.filter((one) => one !== chosen)
  return [
    `${chosen.strategy}: p99 ${ms(chosen.p99Ms)} (median of ${about.seeds} seeds), ${errors(chosen)}.`,
    stability(chosen, about.seeds),
    `The limit, a picker that knows all remaining work: ${ms(about.limitMs)}, so ${times(chosen.p99Ms, about.limitMs)} of it.`,
    ...alternatives(chosen, ranking),
    ...others.slice(-1).map((worst) => `Worst: ${worst.strategy} with ${ms(worst.p99Ms)} and ${errors(worst)}.`),
    ...shareOfSlow(chosen, others, about.servers),
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

const notablySlower = 1.5

function shareOfSlow(chosen: Ranked, others: readonly Ranked[], servers: readonly ServerDescription[]): string[] {
  const bySpeed = servers.toSorted((one, other) => one.meanServiceMs - other.meanServiceMs)
  const [fastest, slowest] = [bySpeed[0], bySpeed.at(-1)]
  if (fastest === undefined || slowest === undefined) return []
  if (slowest.meanServiceMs < notablySlower * fastest.meanServiceMs) return []
  const share = (one: Ranked): string => `${one.strategy} ${percent(one.shares.get(slowest.id) ?? 0, 1)}`
  return [
    `${slowest.id} needs ${times(slowest.meanServiceMs, fastest.meanServiceMs)} the time of ${fastest.id}. Its share of the payments: ` +
      `${[chosen, ...others].map(share).join(', ')}.`,
  ]
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
