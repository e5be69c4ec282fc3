/*
 * What a server says of its own load, and what was sent to it since. A report is old news after three minutes, and a
 * server that has just started reports an idle machine: neither is used.
 */

const maxAgeMs = 180_000
const warmUpMs = 10_000

/** The last load that a server reported. */
export class ReportedLoad {
  readonly #bornAtMs: number
  #load: number | undefined
  #reportedAtMs = 0
  #inFlightAtReport = 0
  /** Counts reports, so that a request knows whether it was sent before or after the last one. */
  generation = 0
  /** Requests sent since the last report that are still in flight. */
  inFlightSinceReport = 0

  constructor(bornAtMs: number) {
    this.#bornAtMs = bornAtMs
  }

  report(load: number, inFlight: number, nowMs: number): void {
    this.#load = load
    this.#reportedAtMs = nowMs
    this.#inFlightAtReport = inFlight
    this.generation += 1
    this.inFlightSinceReport = 0
  }

  /** The reported load, or undefined when there is none that can be used. */
  at(nowMs: number): number | undefined {
    const tooOld = nowMs - this.#reportedAtMs > maxAgeMs
    const tooYoung = nowMs - this.#bornAtMs < warmUpMs
    return tooOld || tooYoung ? undefined : this.#load
  }

  /** How many requests make a load of 1, judged by what was in flight when the load was reported; undefined when that says nothing. */
  get capacity(): number | undefined {
    if (this.#load === undefined || this.#load <= 0 || this.#inFlightAtReport === 0) return undefined
    return this.#inFlightAtReport / this.#load
  }
}

/**
 * Reads the `endpoint-load-metrics` header in its TEXT and JSON formats: `application_utilization`, else
 * `cpu_utilization`. Source: the Open Request Cost Aggregation (ORCA) load report.
 *
 * @returns undefined for anything that is not a finite number of at least 0
 */
export function readLoadHeader(header: string): number | undefined {
  const format = /^\s*(TEXT|JSON)\s+(.*)$/su.exec(header)
  const read = format?.[1] === 'JSON' ? readJson : readText
  const metrics = read(format?.[2] ?? '')
  const load = metrics('application_utilization') ?? metrics('cpu_utilization')
  return load !== undefined && Number.isFinite(load) && load >= 0 ? load : undefined
}

type Metrics = (name: string) => number | undefined

function readText(text: string): Metrics {
  const pairs = new Map(text.split(',').map((pair) => splitPair(pair)))
  return (name) => {
    const value = pairs.get(name)
    return value === undefined || value === '' ? undefined : Number(value)
  }
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
}

function readJson(text: string): Metrics {
  try {
    const parsed = new Map(Object.entries(JSON.parse(text) as object))
    return (name) => {
      const value: unknown = parsed.get(name)
      return typeof value === 'number' ? value : undefined
    }
  } catch {
    return () => undefined
  }
}
