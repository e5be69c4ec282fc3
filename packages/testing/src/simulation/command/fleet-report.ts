import { readFileSync } from 'node:fs'
import { compare } from '../comparison.ts'
import { readFleet } from '../fleet.ts'
import type { Fleet } from '../fleet.ts'
import type { FleetDescription } from '../fleet-description.ts'
import { formatComparison, percent } from '../format-comparison.ts'
import { preferredServers } from '../preferred-servers.ts'
import { recommend } from '../recommendation.ts'
import type { Recommendation } from '../recommendation.ts'
import { standardLoads } from '../standard-fleets.ts'

/** How a fleet from a file is simulated. */
export interface ReportOptions {
  /** Default: the standard loads and the fleet's own. */
  readonly loads: readonly number[] | undefined
  readonly seed: number
  readonly requests: number
}

/** Reads a fleet from a JSON file. @throws TypeError that names the file or the path in it, and what is wrong */
export function readFleetFile(file: string): FleetDescription {
  const description = parse(file)
  readFleet(description)
  return description
}

/** The table of a fleet, and which strategy to use on it. */
export function fleetReport(description: FleetDescription, { loads, seed, requests }: ReportOptions): string {
  const load = loads?.[0] ?? description.load ?? 0.8
  const compared = loads ?? [...new Set([...standardLoads, load])].toSorted((one, other) => one - other)
  const table = formatComparison(compare(description, { loads: compared, seed, requests }))
  const recommended = recommend({ ...description, load }, { seed, requests })
  return [
    `${description.name ?? sizeOf(description)}: p50 / p99 / p99.9 in ms`,
    table,
    `${headline(recommended, readFleet({ ...description, load }))}\n${recommended.reasons.map((reason) => `- ${reason}`).join('\n')}`,
    '',
  ].join('\n\n')
}

/* Above this share of errors, no strategy is a way out. */
const tooManyErrors = 0.01

function headline({ strategy, ranking }: Recommendation, fleet: Fleet): string {
  const errorShare = ranking[0]?.errorShare ?? 0
  const preferred = preferredServers(fleet)
  const at = `At ${percent(fleet.load, 0)} load`
  if (preferred !== undefined && preferred.load > 1 && !preferred.spillOver) {
    return `${at}, the servers that come first are overloaded, whatever the strategy; change the fleet before you choose one.`
  }
  if (errorShare < tooManyErrors) return `${at}, use ${strategy}.`
  return `${at}, no strategy keeps up: with ${strategy}, the best, ${percent(errorShare, 1)} of the payments get no answer.`
}

function sizeOf({ servers }: FleetDescription): string {
  return `${servers.reduce((sum, { count = 1 }) => sum + count, 0)} servers`
}

function parse(file: string): FleetDescription {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FleetDescription
  } catch (error) {
    throw new TypeError(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error })
  }
}
