import type {
  Begun,
  Claim,
  Dispatch,
  PaymentIntent,
  PaymentOutcome,
  PaymentRecord,
  Resolution,
  TakenOver,
} from '@paylb/core'

/* What the journal can be asked for, as data, so that many of them can share one transaction. */

/** One request to the journal. */
export type Operation =
  | { readonly kind: 'begin'; readonly intent: PaymentIntent; readonly first: Dispatch }
  | { readonly kind: 'dispatching'; readonly claim: Claim; readonly dispatch: Dispatch }
  | { readonly kind: 'settle'; readonly claim: Claim; readonly outcome: PaymentOutcome }
  | { readonly kind: 'takeOver'; readonly key: string; readonly epoch: number | undefined }
  | { readonly kind: 'resolve'; readonly key: string; readonly outcome: Resolution }
  | { readonly kind: 'find'; readonly key: string }
  /** A page of unsettled records, with the key after which the next one begins. */
  | { readonly kind: 'list'; readonly after: string; readonly olderThanMs: number }
  /** A heartbeat of this process. */
  | { readonly kind: 'beat' }
  /** Its first sign of life, which also finds those that are provably gone. */
  | { readonly kind: 'bury' }
  /** Its last. */
  | { readonly kind: 'leave' }

/** Some unsettled records, and where to go on; undefined at the end. */
export interface Page {
  readonly records: readonly PaymentRecord[]
  readonly next: string | undefined
}

/** What each kind of operation brings back. */
export interface Answers {
  begin: Begun
  dispatching: undefined
  settle: undefined
  takeOver: TakenOver | undefined
  resolve: boolean
  find: PaymentRecord | undefined
  list: Page
  beat: undefined
  bury: undefined
  leave: undefined
}

/** What must be on the disk before it is answered. The rest may be lost with the machine's power, at no harm. */
export function isDurable(operation: Operation): boolean {
  const { kind } = operation
  return kind === 'begin' || kind === 'dispatching' || kind === 'takeOver' || kind === 'resolve'
}
