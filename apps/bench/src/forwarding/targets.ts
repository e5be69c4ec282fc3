import { ratioOf } from './figures.ts'
import type { Ratio } from './figures.ts'
import type { Row } from './measured.ts'
import type { Workload } from './workloads.ts'

/* What forwarding with everything on may cost: beside the ceiling, and beside what people use without paylb. */

/** The most of the ceiling's CPU time per request. */
const mostTimesCeiling = 1.25

/** The least multiple of each peer's requests per second, and by whom. */
export const leastTimesPeer: readonly (readonly [ours: string, peer: string, least: number])[] = [
  ['paylb-express', 'http-proxy-middleware', 1.4],
  ['paylb-fastify', '@fastify/http-proxy', 1.6],
  ['paylb-koa', 'koa-proxies', 2],
]

/* What a busy machine may add before a check fails. */
const allowance = 1.15

/** How a ratio stands to its target. */
type Verdict = 'met' | 'missed' | 'met, but p99 is worse' | 'not measured'

/** One target under one workload. */
export interface Standing {
  readonly workload: Workload
  /** What is to hold, in words. */
  readonly title: string
  readonly target: string
  readonly ratio: Ratio | undefined
  /** The p99 as a multiple of the peer's, where it must be no worse. */
  readonly p99: Ratio | undefined
  readonly verdict: Verdict
  /** Not measured, or more than 15 % beyond its target. */
  readonly isLost: boolean
}

/** Every target of contestants that took part, under every workload that they had. */
export function standings(rows: readonly Row[]): readonly Standing[] {
  const workloads = [...new Set(rows.map(({ workload }) => workload))]
  return workloads.flatMap((workload) => {
    const names = new Set(rows.filter((row) => row.workload === workload).map(({ contestant }) => contestant.name))
    const beside = leastTimesPeer.filter(([ours, peer]) => names.has(ours) && names.has(peer))
    return [
      ...(names.has('paylb') && names.has('ceiling') ? [besideCeiling(rows, workload)] : []),
      ...beside.map(([ours, peer, least]) => besidePeer(rows, workload, [ours, peer], least)),
    ]
  })
}

function besideCeiling(rows: readonly Row[], workload: Workload): Standing {
  const ratio = ratioOf(rows, workload, ['paylb', 'ceiling'], 'cpuMicrosecondsPerRequest')
  const verdict = ratio === undefined ? 'not measured' : ratio.middle <= mostTimesCeiling ? 'met' : 'missed'
  const isLost = ratio === undefined || ratio.middle > mostTimesCeiling * allowance
  return {
    workload,
    title: 'CPU of paylb ÷ ceiling',
    target: `≤ ${mostTimesCeiling}`,
    ratio,
    p99: undefined,
    verdict,
    isLost,
  }
}

function besidePeer(
  rows: readonly Row[],
  workload: Workload,
  pair: readonly [ours: string, peer: string],
  least: number,
): Standing {
  const ratio = ratioOf(rows, workload, pair, 'requestsPerSecond')
  const p99 = ratioOf(rows, workload, pair, 'p99Ms')
  const isLost = ratio === undefined || ratio.middle < least / allowance
  const title = `req/s of ${pair[0]} ÷ ${pair[1]}`
  return { workload, title, target: `≥ ${least}`, ratio, p99, verdict: verdictOf(ratio, p99, least), isLost }
}

function verdictOf(ratio: Ratio | undefined, p99: Ratio | undefined, least: number): Verdict {
  if (ratio === undefined || p99 === undefined) return 'not measured'
  if (ratio.middle < least) return 'missed'
  return p99.middle <= 1 ? 'met' : 'met, but p99 is worse'
}
