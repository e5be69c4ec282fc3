import type { FleetDescription } from './fleet-description.ts'

/*
 * The fleets that strategies are compared on. A server serves 8 payments at once, 50 ms each on the average, lognormal
 * with a standard deviation of as much: 160 payments a second. Servers that are known to be faster have the weight that
 * says so; a server that is slow by accident has the same weight as the others.
 *
 * The balancer's health model would eject a failing server whatever the strategy, so the strategies are compared once
 * without it. With it, the ejection has no jitter here: an ejection of 10 s that ends just before a failure of 10 s
 * does is followed by one of 20 s, and with jitter chance would decide which strategy meets that.
 */

const pay = { id: 'pay', meanServiceMs: 50 }
const oneFailing = [
  { ...pay, count: 2 },
  { ...pay, id: 'failing', failures: [{ fromMs: 20_000, toMs: 30_000 }] },
]

/** The names of the fleets of the table. */
export type StandardFleet = 'equal' | 'one-slow' | 'mixed' | 'large' | 'failing' | 'ejected' | 'cold'

/** The fleets of the table, by a name that can stand in a file name. */
export const standardFleets: Readonly<Record<StandardFleet, FleetDescription>> = {
  equal: { name: '3 equal servers', servers: [{ ...pay, count: 3 }] },
  'one-slow': {
    name: '5 servers, one 10 × slower',
    servers: [
      { ...pay, count: 4 },
      { id: 'slow', meanServiceMs: 500 },
    ],
  },
  mixed: {
    name: '10 servers with speeds 1 : 2 : 4',
    servers: [
      { id: 'small', count: 4, meanServiceMs: 100, weight: 1 },
      { id: 'medium', count: 3, meanServiceMs: 50, weight: 2 },
      { id: 'large', count: 3, meanServiceMs: 25, weight: 4 },
    ],
  },
  large: { name: '100 equal servers', servers: [{ ...pay, count: 100 }] },
  failing: { name: '3 servers, one fails fast for 10 s, ejection off', servers: oneFailing, health: false },
  ejected: { name: '3 servers, one fails fast for 10 s', servers: oneFailing, health: { ejectionJitter: 0 } },
  cold: {
    name: '5 servers, one of them joins cold',
    servers: [
      { ...pay, count: 4 },
      { ...pay, id: 'new', joinsAtMs: 20_000, coldStart: { factor: 10, forMs: 10_000 } },
    ],
  },
}

/** The loads of the table. */
export const standardLoads: readonly number[] = [0.5, 0.8, 0.95]
