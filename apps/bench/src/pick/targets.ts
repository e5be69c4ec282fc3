/* The targets for picks, and the words for how a figure stands to one. */

/** `pick → record → release` at three servers, as a multiple of the bare two-choices loop. */
export const mostTimesReference = 12
/** The cost at 10 000 servers as a multiple of that at three. */
export const mostGrowth = 1.3
/** Until the pick after a change has returned, at 10 000 servers. */
export const mostMsPerChange = 5
/** Bytes per server, at 10 000 servers. */
export const mostBytesPerServer = 2_048
/** What a pick allocates, as a multiple of its lease. */
export const mostTimesLease = 1

/* Their definition looks through a small pool server by server, so a small pool is no measure for a large one. */
const scansSmallPools: ReadonlySet<string> = new Set(['least-response-time', 'load-based', 'consistent-hash'])

/** Whether the cost of a strategy's pick may not grow with the number of servers. */
export function isConstantTime(strategy: string): boolean {
  return !scansSmallPools.has(strategy)
}

/** How a figure stands to its target; undefined figures were not measured. */
export type Standing = 'met' | 'missed' | 'not measured'

/** Compares a figure with the most that it may be. */
export function standing(figure: number | undefined, most: number): Standing {
  if (figure === undefined) return 'not measured'
  return figure <= most ? 'met' : 'missed'
}

/* Noise of a shared machine; a real loss is larger. */
const allowance = 1.15

/** Whether a ratio is so far beyond its target, or so unknown, that a check has to fail. */
export function isLoss(figure: number | undefined, most: number): boolean {
  return figure === undefined || figure > most * allowance
}
