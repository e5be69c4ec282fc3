import type { Comparison, Contestant } from '../comparison.ts'
import { percent, shownResult } from '../format-comparison.ts'
import type { SimulationResult } from '../simulation-result.ts'

/*
 * One picture per fleet: on the left, from p50 over p99 to p99.9 on a logarithmic axis; then the share of errors, where there are any; on
 * the right, one segment per server, as wide as its share. Drawn by hand, so that it needs nothing and reads well on a light and on a dark page.
 */

const rowHeight = 22
const top = 58
const width = 860
const latencies = { left: 190, width: 300 }
const errorsRight = 570
const shares = { left: 590, width: 262 }

const style = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .faint { fill: #57606a }
  .grid { stroke: #8c959f; stroke-opacity: 0.35 }
  .range { stroke: #0969da; stroke-opacity: 0.45; stroke-width: 5 }
  .p99 { fill: #0969da }
  .kind0 { fill: #0969da }
  .kind1 { fill: #bc4c00 }
  .kind2 { fill: #1a7f37 }
  .kind3 { fill: #8250df }
  .odd { fill-opacity: 0.72 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .faint { fill: #9198a1 }
    .range { stroke: #4493f8 }
    .p99, .kind0 { fill: #4493f8 }
    .kind1 { fill: #f0883e }
    .kind2 { fill: #3fb950 }
    .kind3 { fill: #ab7df8 }
  }`

interface Row {
  readonly contestant: Contestant
  readonly result: SimulationResult
  readonly y: number
}

/** The picture of one fleet, as SVG. */
export function pictureOf(comparison: Comparison): string {
  const rows = comparison.contestants.flatMap((contestant, index): Row[] => {
    const result = shownResult(comparison, contestant)
    return result === undefined ? [] : [{ contestant, result, y: top + index * rowHeight }]
  })
  const [first] = rows
  const height = top + rows.length * rowHeight + 34
  const kinds = [...new Set(first?.result.servers.map(({ kind }) => kind))]
  const scale = logarithmicScale(rows)
  const title = `${comparison.fleet.name ?? 'the fleet'} at ${percent(first?.result.load ?? 0, 0)} load`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}\n</style>`,
    `<text class="title" x="8" y="22">${escape(title)}</text>`,
    `<text class="faint" x="${latencies.left}" y="44">p50 – p99 (dot) – p99.9, ms</text>`,
    `<text class="faint" x="${errorsRight}" y="44" text-anchor="end">errors</text>`,
    legend(kinds),
    ...scale.ticks.map((ms) => tick(ms, scale.at(ms), height)),
    ...rows.flatMap((row) => [nameOf(row), ...latenciesOf(row, scale), ...errorsOf(row), ...sharesOf(row, kinds)]),
    '</svg>',
    '',
  ].join('\n')
}

interface Scale {
  readonly ticks: readonly number[]
  at(ms: number): number
}

/* From the power of ten, or its half, below the smallest value to the one above the largest. */
function logarithmicScale(rows: readonly Row[]): Scale {
  const values = rows.flatMap(({ result: { latencyMs } }) => [latencyMs.p50, latencyMs.p999]).filter(Number.isFinite)
  const steps = Array.from({ length: 14 }, (_, nth) => (nth % 2 === 0 ? 1 : 3) * 10 ** (Math.floor(nth / 2) - 1))
  const from = steps.findLast((step) => step <= Math.min(...values)) ?? 0.1
  const to = steps.find((step) => step >= Math.max(...values)) ?? 1_000_000
  const span = Math.log(to / from)
  return {
    ticks: steps.filter((step) => step >= from && step <= to),
    at: (ms) => latencies.left + (latencies.width * Math.log(ms / from)) / span,
  }
}

function tick(ms: number, x: number, height: number): string {
  const bottom = height - 28
  return (
    `<line class="grid" x1="${round(x)}" x2="${round(x)}" y1="${top - 6}" y2="${bottom}"/>` +
    `<text class="faint" x="${round(x)}" y="${bottom + 16}" text-anchor="middle">${Number(ms.toPrecision(1))}</text>`
  )
}

function legend(kinds: readonly string[]): string {
  const words = kinds.map((kind, index) => `<tspan class="${kindClass(index)}" dx="6">■</tspan> ${escape(kind)} `)
  return `<text class="faint" x="${shares.left}" y="44">share per server${words.join('')}</text>`
}

function nameOf({ contestant: { name, isReference }, y }: Row): string {
  const font = isReference ? ' font-style="italic" class="faint"' : ''
  return `<text x="8" y="${y + 13}"${font}>${escape(name)}</text>`
}

function latenciesOf({ result: { latencyMs }, y }: Row, scale: Scale): string[] {
  if (!Number.isFinite(latencyMs.p99)) return []
  const [p50, p99, p999] = [latencyMs.p50, latencyMs.p99, latencyMs.p999].map((ms) => round(scale.at(ms)))
  return [
    `<line class="range" x1="${p50}" x2="${p999}" y1="${y + 9}" y2="${y + 9}"/>`,
    `<circle class="p99" cx="${p99}" cy="${y + 9}" r="4.5"/>`,
  ]
}

function errorsOf({ result: { errorShare }, y }: Row): string[] {
  if (errorShare < 0.001) return []
  return [`<text x="${errorsRight}" y="${y + 13}" text-anchor="end">${percent(errorShare, 1)}</text>`]
}

/* One path for each look, so that a hundred servers are not a hundred elements. Neighbours differ in shade. */
function sharesOf({ result, y }: Row, kinds: readonly string[]): string[] {
  const paths = new Map<string, string>()
  let left = shares.left
  for (const [index, { kind, share }] of result.servers.entries()) {
    const right = left + share * shares.width
    const look = kindClass(kinds.indexOf(kind)) + (index % 2 === 0 ? '' : ' odd')
    paths.set(look, `${paths.get(look) ?? ''}M${round(left)} ${y + 1}H${round(right)}v16H${round(left)}z`)
    left = right
  }
  return [...paths].map(([look, path]) => `<path class="${look}" d="${path}"/>`)
}

function kindClass(index: number): string {
  return `kind${index % 4}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
