import type { Begun, JournalView, PaymentRecord } from '@paylb/core'
import type { Coverage } from '../coverage.ts'

/** Notes which dangerous path a request is on, by what the journal knew of its key. */
export function noteBegin(
  begun: Begun,
  found: PaymentRecord | undefined,
  { wallTime }: JournalView,
  coverage: Coverage,
): void {
  if (begun.state === 'key-reused') coverage.sometimes('a request with the key of another one was refused')
  if (found === undefined || begun.state !== 'known') return
  if (found.state === 'in-flight') coverage.sometimes('a caller found its payment in flight under a dead process')
  if (!begun.isDispatched) coverage.sometimes('a key was picked for again inside its pin')
  if (found.firstDispatchedAt > wallTime) coverage.sometimes('a payment had an age that nobody can know')
}
