/*
 * A function of the user's that fails before anything was sent costs one request, which was not executed. What it threw
 * goes to the log; its caller only learns that the request could not be handled.
 */

/** A function of the user's threw, or returned what it may not. */
export class HookFailure extends Error {
  override readonly name = 'HookFailure'
}

/** Calls a function of the user's that must answer at once. @throws HookFailure when it throws or returns a promise */
export function callHook(name: string, hook: () => unknown): unknown {
  const returned = tried(name, hook)
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return returned
  Promise.resolve(returned as PromiseLike<unknown>).catch(() => {}) // nobody else waits for it
  throw new HookFailure(`${name} returned a promise; it must answer at once`)
}

function tried(name: string, hook: () => unknown): unknown {
  try {
    return hook()
  } catch (cause) {
    throw new HookFailure(`${name} threw: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
