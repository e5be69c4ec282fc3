import type { Cell, CellResult } from '../measure/cell.ts'
import { runRounds } from '../measure/rounds.ts'
import type { CellOutcome } from '../measure/rounds.ts'
import type { Api } from './api.ts'
import type { Contestant } from './contestants/contestant.ts'
import type { Plan, WarmUp } from './plan.ts'
import type { WrkFigures } from './wrk-figures.ts'
import type { Workload } from './workloads.ts'

/* All rounds of all contestants. Whatever one of them does wrong is its reason; the others go on. */

/** What one round gave. */
export interface RoundFigure {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicrosecondsPerRequest: number
  /** How much of a core the API used: below 1, something else was the limit, and it could have done more. */
  readonly coreShare: number
}

/** What all rounds gave for one contestant under one workload. */
export interface Row {
  readonly workload: Workload
  readonly contestant: Contestant
  /** How many requests it had answered before its first round. */
  readonly warmUpRequests: number
  readonly outcome: CellOutcome<RoundFigure>
}

/** With what to measure. */
export interface Means {
  /** @throws Error that says why it does not run */
  readonly start: (contestant: Contestant) => Promise<Api>
  /** @throws Error that says what is wrong with its answers */
  readonly lookAt: (url: string, contestant: Contestant, workloads: readonly Workload[]) => Promise<void>
  /** @throws Error when requests failed */
  readonly load: (url: string, workload: Workload, seconds: number) => Promise<WrkFigures>
  /** Called before each load. */
  readonly onLoad?: (part: string, title: string) => void
}

interface ForwardingCell extends Cell {
  readonly contestant: Contestant
  readonly workload: Workload
}

/** Measures everybody. Rejects for nothing that a contestant does. */
export async function measureAll(plan: Plan, means: Means): Promise<readonly Row[]> {
  const started = new Map<Contestant, Api | Error>()
  try {
    for (const contestant of plan.contestants) started.set(contestant, await begin(contestant, plan, means))
    const rows: Row[] = []
    for (const workload of plan.workloads) rows.push(...(await measureWorkload(workload, started, plan, means)))
    return rows
  } finally {
    for (const api of started.values()) if (!(api instanceof Error)) api.end()
  }
}

async function begin(contestant: Contestant, plan: Plan, means: Means): Promise<Api | Error> {
  let api: Api | undefined
  try {
    api = await means.start(contestant)
    const workloads = plan.workloads.filter((workload) => plan.includes(contestant, workload))
    await means.lookAt(api.url, contestant, workloads)
    return api
  } catch (error) {
    api?.end()
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function measureWorkload(
  workload: Workload,
  started: ReadonlyMap<Contestant, Api | Error>,
  plan: Plan,
  means: Means,
): Promise<readonly Row[]> {
  const { rounds, secondsPerRound, warmUp, workloads } = plan
  const cells = plan.contestants
    .filter((contestant) => plan.includes(contestant, workload))
    .map((contestant): ForwardingCell => ({ title: contestant.name, module: '', input: {}, contestant, workload }))
  const apiOf = (cell: Cell): Api | Error | undefined => started.get((cell as ForwardingCell).contestant)
  const warm = new Map<Cell, number>()
  for (const cell of cells) {
    means.onLoad?.(`${workload}, warming up`, cell.title)
    const needed = workload === workloads[0] ? warmUp.first : warmUp.further
    warm.set(cell, await warmedUp(apiOf(cell), workload, needed, means))
  }
  const outcomes = await runRounds<RoundFigure>(cells, {
    rounds,
    run: (cell) => measureRound(apiOf(cell), workload, secondsPerRound, means),
    onCell: (round, cell) => means.onLoad?.(`${workload}, round ${round} of ${rounds}`, cell.title),
  })
  return cells.flatMap((cell) => {
    const outcome = outcomes.get(cell)
    if (outcome === undefined) return []
    return [{ workload, contestant: cell.contestant, warmUpRequests: warm.get(cell) ?? 0, outcome }]
  })
}

/* The requests it answered. One that fails here fails again in the first round, and says why. */
async function warmedUp(
  api: Api | Error | undefined,
  workload: Workload,
  { requests, fewestSeconds, mostSeconds }: WarmUp,
  { load }: Means,
): Promise<number> {
  let answered = 0
  if (api === undefined || api instanceof Error) return answered
  try {
    answered = (await load(api.url, workload, fewestSeconds)).requests
    for (let seconds = fewestSeconds; answered < requests && seconds < mostSeconds; seconds += 1) {
      answered += (await load(api.url, workload, 1)).requests
    }
  } catch {
    return answered
  }
  return answered
}

async function measureRound(
  api: Api | Error | undefined,
  workload: Workload,
  seconds: number,
  { load }: Means,
): Promise<CellResult> {
  if (api === undefined || api instanceof Error) return { ok: false, reason: api?.message ?? 'it was not started' }
  try {
    const before = await api.cpuMicroseconds()
    const figures = await load(api.url, workload, seconds)
    return { ok: true, value: figureOf(figures, (await api.cpuMicroseconds()) - before) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

function figureOf({ requests, microseconds, p50, p99 }: WrkFigures, cpuMicroseconds: number): RoundFigure {
  return {
    requestsPerSecond: requests / (microseconds / 1e6),
    p50Ms: p50 / 1_000,
    p99Ms: p99 / 1_000,
    cpuMicrosecondsPerRequest: cpuMicroseconds / requests,
    coreShare: cpuMicroseconds / microseconds,
  }
}
