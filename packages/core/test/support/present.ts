/** The value, where a test knows that there is one. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is none')
  return value
}
