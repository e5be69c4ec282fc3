import type { FaultRule, PaymentServerStats } from '@paylb/testing'

/*
 * What can go wrong, as data. Some faults strike single requests: the server counts whom they hit. The others strike a
 * whole process; there, attempts that end without an answer are the hits.
 */

/** How strong one fault of a schedule is. */
export interface Strength {
  /** The share of requests that it strikes. */
  readonly probability: number
  /** For faults that wait or last, in milliseconds. */
  readonly ms: number
}

interface RequestFault {
  readonly rule: (strength: Strength) => FaultRule
  /** What the server counts when it strikes. */
  readonly counter: keyof PaymentServerStats
  /** How long its `ms` may be, in shares of the time that an answer is waited for. */
  readonly msPerHeadMs?: readonly [from: number, to: number]
}

/** Faults that a payment server has in it. */
export const requestFaults = {
  'reset before': { rule: ({ probability }) => ({ reset: 'before', probability }), counter: 'resets' },
  'reset within': { rule: ({ probability }) => ({ reset: 'within', probability }), counter: 'resets' },
  'reset after': { rule: ({ probability }) => ({ reset: 'after', probability }), counter: 'resets' },
  'stall before': { rule: ({ probability }) => ({ stallBeforeExecution: true, probability }), counter: 'stalls' },
  'stall after': { rule: ({ probability }) => ({ stall: true, probability }), counter: 'stalls' },
  'cut body': { rule: ({ probability }) => ({ cutBody: true, probability }), counter: 'cuts' },
  'error before': { rule: ({ probability }) => ({ errorBurst: { status: 500 }, probability }), counter: 'errors' },
  'error after': {
    rule: ({ probability }) => ({ errorBurst: { status: 500, afterExecution: true }, probability }),
    counter: 'errors',
  },
  slow: {
    rule: ({ probability, ms }) => ({ delayMs: ms, probability }),
    counter: 'delays',
    msPerHeadMs: [0.2, 0.8],
  },
  'too slow': {
    rule: ({ probability, ms }) => ({ delayMs: ms, probability }),
    counter: 'delays',
    msPerHeadMs: [1.05, 2],
  },
  /* So short that the connection ends just when the next request would go out on it. */
  'stale connection': { rule: ({ ms }) => ({ closeIdleMs: ms }), counter: 'stale', msPerHeadMs: [0, 0.01] },
} as const satisfies Readonly<Record<string, RequestFault>>

/** Faults of a whole payment server: killed and started again, paused past every timeout, refusing connections. */
const processFaults = ['kill', 'pause', 'refuse'] as const

export type RequestFaultKind = keyof typeof requestFaults
export type ProcessFaultKind = (typeof processFaults)[number]
export type ServerFaultKind = RequestFaultKind | ProcessFaultKind
/** `api kill`: paylb's own process is killed and started again on its journal. `hang up`: a caller leaves. */
export type FaultKind = ServerFaultKind | 'api kill' | 'hang up'

export const serverFaultKinds: readonly ServerFaultKind[] = [
  ...(Object.keys(requestFaults) as RequestFaultKind[]),
  ...processFaults,
]

/** Every kind that there is. */
export const faultKinds: readonly FaultKind[] = [...serverFaultKinds, 'api kill', 'hang up']

/** Whether a fault strikes single requests. */
export function isRequestFault(kind: FaultKind): kind is RequestFaultKind {
  return kind in requestFaults
}
