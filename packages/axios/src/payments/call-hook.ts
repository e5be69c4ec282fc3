import { AxiosError } from 'axios'
import { withoutSecrets } from '../seal.ts'

/* A function of the user's that fails before anything was sent ends the call, which was not executed. */

/** A function of the user's threw, or returned what it may not. */
export class HookFailure extends Error {
  override readonly name = 'HookFailure'
  readonly code: string = AxiosError.ERR_BAD_OPTION
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
  } catch (thrown) {
    const cause = withoutSecrets(thrown)
    throw new HookFailure(`${name} threw: ${cause.message}`, { cause })
  }
}
