import type { Draw } from './chance.ts'

/*
 * How much service times vary. Payments are lognormal more often than not: most are quick, a few take many times as
 * long. Every distribution here has the mean 1 and is scaled by the server.
 */

/** The names of the distributions of service times. */
export type Distribution = 'constant' | 'uniform' | 'exponential' | 'lognormal'

type Sample = (draw: Draw, variation: number) => number

/**
 * A sample with mean 1 by distribution: `constant`; `uniform` from 0 to 2; `exponential`; `lognormal` with a standard
 * deviation of `variation` means.
 */
export const distributions: Readonly<Record<Distribution, Sample>> = {
  constant: () => 1,
  uniform: (draw) => 2 * draw.uniform,
  exponential: (draw) => -Math.log(1 - draw.uniform),
  lognormal: (draw, variation) => {
    const variance = Math.log(1 + variation * variation)
    return Math.exp(Math.sqrt(variance) * draw.normal - variance / 2)
  },
}
