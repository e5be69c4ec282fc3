/* The middle of the first values of an array that is used again and again, so that a pick makes no garbage. */

/** The middle one of the first `count` values, which it sorts; undefined where there are none. */
export function median(values: Float64Array, count: number): number | undefined {
  sort(values, count)
  const upper = values[count >> 1]
  const lower = values[(count - 1) >> 1]
  return count === 0 || upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}

/** The middle one, or the lower one of two: of a good and a bad value, the good one. */
export function lowerMedian(values: Float64Array, count: number): number | undefined {
  sort(values, count)
  return count === 0 ? undefined : values[(count - 1) >> 1]
}

/* Above this the built-in sort is faster, although it needs a view. */
const insertionLimit = 16

function sort(values: Float64Array, count: number): void {
  if (count > insertionLimit) {
    values.subarray(0, count).sort()
    return
  }
  for (let index = 1; index < count; index += 1) {
    const value = values[index] ?? 0
    let place = index
    for (; place > 0 && (values[place - 1] ?? 0) > value; place -= 1) values[place] = values[place - 1] ?? 0
    values[place] = value
  }
}
