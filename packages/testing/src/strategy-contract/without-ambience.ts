/*
 * Time and chance that nobody gave make a run that cannot be repeated. While a rule looks, asking for them is an error.
 */

/** Runs `act` while `Math.random`, `Date.now`, `performance.now` and `process.hrtime` throw. */
export function withoutAmbience(act: () => void): void {
  const restore = [forbid(Math, 'random'), forbid(Date, 'now'), forbid(performance, 'now'), forbid(process, 'hrtime')]
  try {
    act()
  } finally {
    for (const put of restore) put()
  }
}

function forbid(owner: object, name: string): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  const value = (): never => {
    throw new Error(`the strategy used ${name}, which was not given to it`)
  }
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}
