import assert from 'node:assert/strict'

/** Says of whose share it speaks when it is too far from what was expected. */
export function assertNear(id: string, share: number, expected: number, tolerance: number): void {
  const isNear = Math.abs(share - expected) <= tolerance
  assert.ok(isNear, `${id} got ${percent(share)} instead of ${percent(expected)} ± ${percent(tolerance)}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
