import type { Cell } from '../measure/cell.ts'
import { runRounds } from '../measure/rounds.ts'
import type { CellOutcome } from '../measure/rounds.ts'
import { Progress } from '../report/progress.ts'
import type { Batch, BatchFigure } from './client-process.ts'
import { contestants } from './contestants.ts'
import type { Contestant } from './contestants.ts'
import { LiveProcess } from './live-process.ts'
import type { Workload } from './workloads.ts'

/** What all rounds gave for one contestant under one workload. */
export interface Row {
  readonly workload: Workload
  readonly contestant: Contestant
  readonly outcome: CellOutcome<BatchFigure>
}

interface ClientCell extends Cell {
  readonly contestant: Contestant
  readonly workload: Workload
}

/** How long and with how much at a time to measure. */
export interface Plan {
  readonly rounds: number
  readonly callsPerRound: number
  readonly warmUpMs: number
  readonly concurrency: number
}

const workloads: readonly Workload[] = ['POST', 'GET']
const limitMs = 60_000

/** Measures every contestant against one server. @throws Error when there is no server */
export async function measureAll(plan: Plan): Promise<readonly Row[]> {
  const server = new LiveProcess('server-process')
  try {
    const started = await server.ask(undefined, limitMs)
    if (!started.ok) throw new Error(`the server could not be started: ${started.reason}`)
    const rows: Row[] = []
    for (const workload of workloads) rows.push(...(await measureWorkload(workload, String(started.value), plan)))
    return rows
  } finally {
    server.end()
  }
}

async function measureWorkload(workload: Workload, url: string, plan: Plan): Promise<readonly Row[]> {
  const { rounds, concurrency, callsPerRound, warmUpMs } = plan
  const clients = new Map<Cell, LiveProcess>()
  const cells = contestants.map((contestant) => cellFor(contestant, workload))
  for (const cell of cells) clients.set(cell, new LiveProcess('client-process', [cell.contestant.name, url]))
  const ask = async (cell: Cell, calls: number): ReturnType<LiveProcess['ask']> => {
    const batch: Batch = { workload, calls, concurrency }
    return (await clients.get(cell)?.ask(batch, limitMs)) ?? { ok: false, reason: 'it was not started' }
  }
  const progress = new Progress(rounds * cells.length)
  try {
    for (const cell of cells) await warmUp(() => ask(cell, callsPerRound), warmUpMs)
    const outcomes = await runRounds<BatchFigure>(cells, {
      rounds,
      run: (cell) => ask(cell, callsPerRound),
      onCell: (round, cell) => progress.step(`${workload}, round ${round} of ${rounds}`, cell.title),
    })
    return cells.flatMap((cell) => {
      const outcome = outcomes.get(cell)
      return outcome === undefined ? [] : [{ workload, contestant: cell.contestant, outcome }]
    })
  } finally {
    progress.end()
    for (const client of clients.values()) client.end()
  }
}

/* One that fails here fails in the first round, too, and is reported then. */
async function warmUp(batch: () => ReturnType<LiveProcess['ask']>, forMs: number): Promise<void> {
  const untilMs = performance.now() + forMs
  while (performance.now() < untilMs && (await batch()).ok);
}

function cellFor(contestant: Contestant, workload: Workload): ClientCell {
  return { title: `${workload}: ${contestant.name}`, module: '', input: {}, contestant, workload }
}
