import type { AnsweredAttempt } from '../failover/call.ts'

/**
 * One header of an answer, or null. Headers may be parsed only when they are read, and a lying server can send some that
 * cannot be: that must not cost a payment its outcome.
 */
export function readHeader(answer: AnsweredAttempt<unknown>, name: string): string | null {
  try {
    return answer.headers.get(name)
  } catch {
    return null
  }
}
