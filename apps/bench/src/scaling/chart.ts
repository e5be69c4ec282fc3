import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readable } from '../report/table.ts'
import type { Series } from './series.ts'

/* One small panel for each series: bars, because the sizes are steps and not a scale. */

const panel = { width: 370, height: 200, barsHeight: 120, top: 40, left: 20 }

/** All panels as SVG, two in a row. */
export function chart(all: readonly Series[]): string {
  const rows = Math.ceil(all.length / 2)
  const panels = all.map((series, index) =>
    panelOf(series, (index % 2) * panel.width, Math.floor(index / 2) * panel.height),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * panel.width} ${rows * panel.height}" font-family="system-ui, sans-serif" font-size="12">
<style>text { fill: #1f2328 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
${panels.join('\n')}
</svg>
`
}

function panelOf({ title, columns, steps }: Series, x: number, y: number): string {
  const points = steps.map((step) => ({ size: step.size, value: step.ok ? step.figures[0] : undefined }))
  const most = Math.max(...points.map(({ value }) => value ?? 0), Number.MIN_VALUE)
  const slot = (panel.width - 2 * panel.left) / Math.max(1, steps.length)
  const floor = y + panel.top + panel.barsHeight
  const bars = points.map(({ size, value }, index) => {
    const left = x + panel.left + index * slot
    const height = (panel.barsHeight * (value ?? 0)) / most
    return [
      `<rect x="${(left + 6).toFixed(1)}" y="${(floor - height).toFixed(1)}" width="${(slot - 12).toFixed(1)}" height="${height.toFixed(1)}" rx="2" fill="#2f81f7"/>`,
      text(left + slot / 2, floor - height - 4, value === undefined ? '–' : readable(value)),
      text(left + slot / 2, floor + 16, readable(size).replace(/\.0+$/u, '')),
    ].join('')
  })
  const heading = `${title}: ${columns[0]?.unit ?? ''}`
  return `<text x="${x + panel.left}" y="${y + 18}" font-weight="600">${heading}</text>${bars.join('')}`
}

function text(x: number, y: number, said: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="middle">${said}</text>`
}

/** Writes the picture. @returns the file's path */
export function writeChart(all: readonly Series[], file: string): string {
  const written = path.resolve(file)
  mkdirSync(path.dirname(written), { recursive: true })
  writeFileSync(written, chart(all))
  return written
}
