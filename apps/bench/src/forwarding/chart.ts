import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Kind } from './contestants/contestant.ts'
import type { Figure } from './figures.ts'

/*
 * The picture of a run: CPU time per request, the steadiest figure, as bars. Text has the colour of its surroundings'
 * scheme, and the colours of bars are told apart on white and on black.
 */

const colours: Readonly<Record<Kind, string>> = {
  floor: '#8a8f98',
  ceiling: '#8a8f98',
  ours: '#2f81f7',
  peer: '#d9822b',
}
const width = 760
const barsFrom = 200
const widestBar = 400
const rowHeight = 24
const headHeight = 44

/** The bars of all that was measured, as SVG. */
export function chart(figures: readonly Figure[]): string {
  const measured = figures.flatMap((figure) => (figure.measured === undefined ? [] : [figure]))
  const most = Math.max(1, ...measured.map((figure) => figure.measured.cpuMicrosecondsPerRequest))
  const parts: string[] = []
  let y = 0
  for (const workload of new Set(measured.map((figure) => figure.workload))) {
    parts.push(text(0, y + 28, `${workload}: CPU µs per request, less is better`, ' font-weight="600"'))
    y += headHeight
    for (const figure of measured.filter((one) => one.workload === workload)) {
      parts.push(...bar(figure, figure.measured, y, most))
      y += rowHeight
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 12}" font-family="system-ui, sans-serif" font-size="13">
<style>text { fill: #1f2328 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
${parts.join('\n')}
</svg>
`
}

function bar({ name, kind }: Figure, measured: NonNullable<Figure['measured']>, y: number, most: number): string[] {
  const { cpuMicrosecondsPerRequest: cost, requestsPerSecond } = measured
  const length = (widestBar * cost) / most
  const said = `${cost.toFixed(1)} µs, ${(requestsPerSecond / 1_000).toFixed(1)}k req/s`
  return [
    text(barsFrom - 8, y + 14, name, ' text-anchor="end"'),
    `<rect x="${barsFrom}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2" fill="${colours[kind]}"/>`,
    text(barsFrom + length + 6, y + 14, said),
  ]
}

function text(x: number, y: number, said: string, attributes = ''): string {
  const escaped = said.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x.toFixed(1)}" y="${y}"${attributes}>${escaped}</text>`
}

/** Writes the picture. @returns the file's path */
export function writeChart(figures: readonly Figure[], file: string): string {
  const path = resolve(file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, chart(figures))
  return path
}
