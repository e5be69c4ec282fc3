import type { Dice } from './dice.ts'
import { Odds } from './odds.ts'

/*
 * What goes wrong, and how often. Every seed switches a random part of it on, at random rates ("swarm testing"): with
 * everything on at once, one loud fault would hide what a quiet one does. Source: Groce and others, "Swarm Testing" (2012).
 */

/** What the network does to one attempt. */
export type NetworkFault =
  | 'refused-connection'
  | 'connect-timeout'
  | 'reset-before-send'
  | 'no-socket'
  | 'incomplete'
  | 'thrown'
  | 'lost-request'
  | 'reset-after-send'
  | 'slow-request'
  | 'lost-answer'
  | 'reset-answer'
  | 'cut-answer'
  | 'streamed-answer'
  | 'cut-stream'

/** How a server refuses a request before it looks at its ledger. */
export type Refusal =
  | 'overloaded'
  | 'overloaded-for-a-while'
  | 'limited'
  | 'rejected'
  | 'unauthorized'
  | 'misdirected'
  | 'too-early'
  | 'said-not-executed'
  | 'request-timeout'

/** How a payment ends on its server other than executed and told so. */
type Ending =
  | 'declined'
  | 'error-before'
  | 'error-after'
  | 'overloaded-after'
  | 'accepted'
  | 'accepted-then-declined'
  | 'dies-after'

/** What a user's reconcile hook does instead of answering. */
type HookFault = 'throws' | 'hangs' | 'does-not-know' | 'slow'

/** What callers do beside waiting. */
type CallerFault = 'leaves' | 'duplicates' | 'reuses-the-key' | 'asks-again-though-told'

/** What happens to the whole world now and then: per second. */
export type Disturbance =
  | 'server-pause'
  | 'server-death'
  | 'process-crash'
  | 'process-pause'
  | 'process-suspension'
  | 'membership'
  | 'ledger-removal'
  | 'wall-jump'
  | 'journal-outage'
  | 'journal-slowness'
  | 'key-store-outage'

/** The faults of a run. */
export interface Faults {
  readonly network: Odds<NetworkFault>
  readonly refusals: Odds<Refusal>
  readonly endings: Odds<Ending>
  readonly hook: Odds<HookFault>
  readonly callers: Odds<CallerFault>
  readonly disturbances: Readonly<Partial<Record<Disturbance, number>>>
  /** How long a settle may lie in memory before it is written, at the most. */
  readonly lazySettleMs: number
}

const networkRates: Readonly<Record<NetworkFault, number>> = {
  'refused-connection': 0.1,
  'connect-timeout': 0.1,
  'reset-before-send': 0.08,
  'no-socket': 0.01,
  incomplete: 0.02,
  thrown: 0.02,
  'lost-request': 0.06,
  'reset-after-send': 0.1,
  'slow-request': 0.05,
  'lost-answer': 0.06,
  'reset-answer': 0.1,
  'cut-answer': 0.05,
  'streamed-answer': 0.1,
  'cut-stream': 0.03,
}

const refusalRates: Readonly<Record<Refusal, number>> = {
  overloaded: 0.05,
  'overloaded-for-a-while': 0.05,
  limited: 0.05,
  rejected: 0.06,
  unauthorized: 0.05,
  misdirected: 0.05,
  'too-early': 0.03,
  'said-not-executed': 0.06,
  'request-timeout': 0.03,
}

const endingRates: Readonly<Record<Ending, number>> = {
  declined: 0.5,
  'error-before': 0.08,
  'error-after': 0.08,
  'overloaded-after': 0.03,
  accepted: 0.04,
  'accepted-then-declined': 0.03,
  'dies-after': 0.01,
}

const hookRates: Readonly<Record<HookFault, number>> = { throws: 0.2, hangs: 0.2, 'does-not-know': 0.2, slow: 0.2 }

const callerRates: Readonly<Record<CallerFault, number>> = {
  leaves: 0.2,
  duplicates: 0.08,
  'reuses-the-key': 0.02,
  'asks-again-though-told': 0.05,
}

const disturbanceRates: Readonly<Record<Disturbance, number>> = {
  'server-pause': 1,
  'server-death': 0.5,
  'process-crash': 0.7,
  'process-pause': 0.5,
  'process-suspension': 0.2,
  membership: 1,
  'ledger-removal': 0.3,
  'wall-jump': 0.2,
  'journal-outage': 0.2,
  'journal-slowness': 0.3,
  'key-store-outage': 0.5,
}

/** The faults of one seed. @param loud what happens again and again, whatever the dice say */
export function drawFaults(dice: Dice, loud?: Disturbance): Faults {
  return {
    network: new Odds(swarm(networkRates, dice)),
    refusals: new Odds(swarm(refusalRates, dice)),
    endings: new Odds(swarm(endingRates, dice)),
    hook: new Odds(swarm(hookRates, dice)),
    callers: new Odds(swarm(callerRates, dice)),
    disturbances: { ...swarm(disturbanceRates, dice), ...loudDisturbance(dice, loud) },
    lazySettleMs: dice.oneOf([0, 1, 20, 400]),
  }
}

/** Nothing goes wrong any more. */
export const noFaults: Faults = {
  network: new Odds({}),
  refusals: new Odds({}),
  endings: new Odds({}),
  hook: new Odds({}),
  callers: new Odds({}),
  disturbances: {},
  lazySettleMs: 0,
}

const isOnProbability = 0.4
const isLoudProbability = 0.4
const disturbanceNames = Object.keys(disturbanceRates) as Disturbance[]

/* Some defects show only where one thing happens again and again. */
function loudDisturbance(dice: Dice, wanted: Disturbance | undefined): Partial<Record<Disturbance, number>> {
  const loud = wanted ?? (dice.isTrue(isLoudProbability) ? dice.oneOf(disturbanceNames) : undefined)
  return loud === undefined ? {} : { [loud]: 2 * disturbanceRates[loud] }
}

function swarm<Name extends string>(most: Readonly<Record<Name, number>>, dice: Dice): Partial<Record<Name, number>> {
  const rates: Partial<Record<Name, number>> = {}
  for (const [name, rate] of Object.entries(most) as [Name, number][]) {
    if (dice.isTrue(isOnProbability)) rates[name] = rate * dice.next() ** 2
  }
  return rates
}
