import { readFileSync } from 'node:fs'
import { compare } from '../comparison.ts'
import { readFleet } from '../fleet.ts'
import type { FleetDescription } from '../fleet-description.ts'
import { formatComparison, percent } from '../format-comparison.ts'
import { recommend } from '../recommendation.ts'
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
  const { strategy, reasons } = recommend({ ...description, load }, { seed, requests })
  return [
    `${description.name ?? sizeOf(description)}: p50 / p99 / p99.9 in ms`,
    table,
    `At ${percent(load, 0)} load, use ${strategy}.\n${reasons.map((reason) => `- ${reason}`).join('\n')}`,
    '',
  ].join('\n\n')
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
