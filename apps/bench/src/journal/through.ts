import { contestants, durable } from '../forwarding/contestants/registry.ts'
import { divideCores } from '../forwarding/cores.ts'
import type { Row } from '../forwarding/measured.ts'
import { makePlan } from '../forwarding/plan.ts'
import { runPlan } from '../forwarding/run-plan.ts'
import { median } from '../measure/statistics.ts'

/* A keyed payment through the proxy with the one and with the other journal, in turn. */

/** The least share of the memory journal's requests per second. */
export const leastShare = 0.7

/** What came of it. What was not measured is undefined. */
export interface Through {
  readonly memory: number | undefined
  readonly sqlite: number | undefined
  /** The median over rounds of the ratio of a pair. */
  readonly share: number | undefined
  readonly standing: 'met' | 'missed' | 'not measured'
  readonly failures: readonly string[]
}

/** Measures both. @param wrk its path */
export async function measureThrough(wrk: string, isFull: boolean): Promise<Through> {
  const memory = contestants.filter(({ name }) => name === 'paylb')
  const plan = makePlan([...memory, durable], { full: isFull, rounds: isFull ? 9 : 5 })
  const rows = await runPlan({ ...plan, workloads: ['POST'] }, divideCores(), wrk)
  return throughOf(rows)
}

/** Compares the rows of the two, by rounds. */
export function throughOf(rows: readonly Row[]): Through {
  const [sqlite, memory] = [true, false].map((isDurable) =>
    rates(rows.find(({ contestant }) => (contestant.name === durable.name) === isDurable)),
  )
  const shares = (sqlite ?? []).flatMap((rate, round) => {
    const other = memory?.[round]
    return other === undefined ? [] : [rate / other]
  })
  const share = middle(shares)
  return {
    memory: middle(memory ?? []),
    sqlite: middle(sqlite ?? []),
    share,
    standing: share === undefined ? 'not measured' : share >= leastShare ? 'met' : 'missed',
    failures: rows.flatMap(({ contestant, outcome }) => (outcome.ok ? [] : [`${contestant.name}: ${outcome.reason}`])),
  }
}

function rates(row: Row | undefined): readonly number[] {
  return row?.outcome.ok === true ? row.outcome.values.map(({ requestsPerSecond }) => requestsPerSecond) : []
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values)
}
