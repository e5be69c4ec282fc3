/*
 * Tables are committed, and the formatter would rewrite what it finds untidy; so they come out tidy: every column as
 * wide as its widest cell.
 */

/** A Markdown table. The first column is text, the others are right-aligned. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(4, title.length, ...rows.map((row) => cell(row, column).length)),
  )
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? cell(row, column).padEnd(width) : cell(row, column).padStart(width))).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

function cell(row: readonly string[], column: number): string {
  return row[column] ?? ''
}
