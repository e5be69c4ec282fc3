import { checkFields, isRecord, matching, notAllowed, oneOf, text, wholeNumber } from '../validation.ts'
import type { Rule } from '../validation.ts'
import { distributions } from './distributions.ts'
import type { FleetDescription, ServerDescription, Span } from './fleet-description.ts'

/*
 * A fleet is described by hand, and a misspelt field would be a simulation of another fleet; so everything is checked,
 * and an error names the path, the value and what is allowed.
 */

const anything = matching('anything', () => true)

function positive(max: number): Rule {
  return matching(`a number above 0, up to ${max}`, (value) => typeof value === 'number' && value > 0 && value <= max)
}

function atLeast(min: number, max: number): Rule {
  return matching(
    `a number from ${min} to ${max}`,
    (value) => typeof value === 'number' && value >= min && value <= max,
  )
}

/* A year: longer than any run, and far from where adding up milliseconds loses them. */
const longestMs = 31_536_000_000
const time = atLeast(0, longestMs)
const mostServers = 10_000

const fleetRules: Readonly<Record<keyof FleetDescription, Rule>> = {
  name: text,
  servers: matching('an array of at least one server', (value) => Array.isArray(value) && value.length > 0),
  load: positive(10),
  zones: matching('an object with zones by name', isRecord),
  zone: text,
  timeoutMs: positive(longestMs),
  maxAttempts: wholeNumber(1, 10),
  health: matching('the health options of a balancer, or false', (value) => value === false || isRecord(value)),
}

const serverRules: Readonly<Record<keyof ServerDescription, Rule>> = {
  id: text,
  count: wholeNumber(1, mostServers),
  meanServiceMs: positive(longestMs),
  workers: wholeNumber(1, mostServers),
  distribution: oneOf(...Object.keys(distributions)),
  variation: atLeast(0, 100),
  zone: text,
  priority: wholeNumber(0, mostServers),
  weight: atLeast(0, 1_000_000),
  maxInFlight: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  joinsAtMs: time,
  coldStart: anything,
  failures: anything,
  freezes: anything,
  reportsLoad: oneOf(true, false),
}

const spanRules = { fromMs: time, toMs: time }

/** @throws TypeError at the first field that is unknown, missing or wrong */
export function checkFleet(given: FleetDescription): void {
  checkFields(given, fleetRules, 'fleet')
  need(given, ['servers'], 'fleet', fleetRules)
  for (const [name, zone] of Object.entries(given.zones ?? {})) check(zone, { networkMs: time }, `fleet.zones.${name}`)
  const zones = Object.keys(given.zones ?? {})
  checkZone(given.zone, zones, 'fleet.zone')
  for (const [index, server] of given.servers.entries()) checkServer(server, zones, `fleet.servers[${index}]`)
  if (given.zone !== undefined && !given.servers.some(({ zone }) => zone === given.zone)) {
    throw notAllowed('fleet.zone', given.zone, 'a zone in which at least one of fleet.servers stands')
  }
  checkIds(given.servers)
  if (given.servers.every((server) => (server.joinsAtMs ?? 0) > 0)) {
    throw notAllowed('fleet.servers[0].joinsAtMs', given.servers[0]?.joinsAtMs, '0 for at least one server')
  }
}

function checkServer(server: ServerDescription, zones: readonly string[], path: string): void {
  checkFields(server, serverRules, path)
  need(server, ['id', 'meanServiceMs'], path, serverRules)
  checkZone(server.zone, zones, `${path}.zone`)
  if (server.coldStart !== undefined) {
    check(server.coldStart, { factor: atLeast(1, 1_000), forMs: time }, `${path}.coldStart`)
  }
  checkSpans(server.failures, { ...spanRules, afterMs: time }, `${path}.failures`)
  checkSpans(server.freezes, spanRules, `${path}.freezes`)
  checkOrder(server.freezes ?? [], `${path}.freezes`)
}

function checkZone(zone: string | undefined, zones: readonly string[], path: string): void {
  if (zone === undefined || zones.includes(zone)) return
  const known = zones.length === 0 ? 'no zone, as fleet.zones has none' : `one of fleet.zones: ${zones.join(', ')}`
  throw notAllowed(path, zone, known)
}

function checkSpans(given: unknown, rules: Readonly<Record<string, Rule>>, path: string): void {
  if (given === undefined) return
  if (!Array.isArray(given)) throw notAllowed(path, given, 'an array of spans { fromMs, toMs }')
  for (const [index, span] of (given as readonly Span[]).entries()) {
    checkFields(span, rules, `${path}[${index}]`)
    need(span, ['fromMs', 'toMs'], `${path}[${index}]`, rules)
    if (span.toMs <= span.fromMs) throw notAllowed(`${path}[${index}].toMs`, span.toMs, `more than ${span.fromMs}`)
  }
}

/* Overlapping freezes would hold work up twice. */
function checkOrder(spans: readonly Span[], path: string): void {
  for (const [index, { fromMs }] of spans.entries()) {
    const endsBeforeMs = spans[index - 1]?.toMs ?? 0
    if (fromMs < endsBeforeMs) throw notAllowed(`${path}[${index}].fromMs`, fromMs, `at least ${endsBeforeMs}`)
  }
}

/* Checks an object in which every field is needed. */
function check(given: unknown, rules: Readonly<Record<string, Rule>>, path: string): void {
  checkFields(given, rules, path)
  need(given, Object.keys(rules), path, rules)
}

function need(given: unknown, names: readonly string[], path: string, rules: Readonly<Record<string, Rule>>): void {
  for (const name of names) {
    if (isRecord(given) && given[name] !== undefined) continue
    throw notAllowed(`${path}.${name}`, undefined, rules[name]?.allowed ?? 'a value')
  }
}

function checkIds(servers: readonly ServerDescription[]): void {
  const pathById = new Map<string, string>()
  for (const [index, { id, count = 1 }] of servers.entries()) {
    for (let nth = 1; nth <= count; nth += 1) {
      const expanded = count === 1 ? id : `${id}-${nth}`
      const path = `fleet.servers[${index}].id`
      const other = pathById.get(expanded)
      if (other !== undefined) throw notAllowed(path, expanded, `an id that ${other} does not have already`)
      pathById.set(expanded, path)
    }
  }
  if (pathById.size > mostServers) throw notAllowed('fleet.servers', pathById.size, `at most ${mostServers} servers`)
}
