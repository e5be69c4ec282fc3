import { troubleOf } from '../trouble.ts'

/** What one check found. `nothing`: this machine could not do its part, or the check was given up. */
export interface CheckResult {
  readonly verdict: 'passed' | 'failed' | 'nothing'
  /** The load that the server reported with its answer: 0 is idle, 1 is full. */
  readonly load?: number
}

/** What a check found whose connection failed. */
export function failedWith(error: unknown): CheckResult {
  return { verdict: troubleOf(error, false) === 'local' ? 'nothing' : 'failed' }
}
