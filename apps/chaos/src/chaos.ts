import { leftovers, startFleet } from './fleet/fleet.ts'
import type { Fleet } from './fleet/fleet.ts'
import { findViolations } from './check/violations.ts'
import type { Violation } from './check/violations.ts'
import { Run } from './run.ts'
import type { RunPlan, RunResult, Watcher } from './run.ts'

/** What one run came to, and what is left of it. */
export interface Outcome {
  readonly result: RunResult
  readonly violations: readonly Violation[]
  /** The folder with ledgers, journal and logs; kept only where something was violated. */
  readonly keptFolder: string | undefined
}

/**
 * Starts a fleet, plays one run on it, judges it, and leaves nothing behind, unless a promise was broken.
 *
 * @param watch is given the run before it begins
 */
export async function chaos(
  plan: RunPlan,
  signal: AbortSignal,
  watch: (run: Run) => void,
  watcher: Watcher,
): Promise<Outcome> {
  const broken = new AbortController()
  let run: Run | undefined
  const fleet = await startFleet(
    { ...plan, ...plan.times },
    {
      onNotice: (notice) => run?.notice(notice),
      onCrash: (how) => broken.abort(new Error(`the API ended by itself (${how})`)),
    },
  )
  try {
    const late = AbortSignal.timeout(plan.longestMs)
    late.addEventListener('abort', () => broken.abort(new Error(`the run did not end within ${plan.longestMs} ms`)))
    run = new Run(plan, fleet, watcher, AbortSignal.any([signal, broken.signal]))
    watch(run)
    const result = await run.play()
    const violations = findViolations(result.evidence)
    return await conclude(fleet, result, violations)
  } catch (error) {
    await fleet.stop({ keepsFolder: !signal.aborted })
    throw signal.aborted
      ? error
      : new Error(`the run broke off; see ${fleet.folder}`, { cause: broken.signal.reason ?? error })
  }
}

async function conclude(fleet: Fleet, result: RunResult, violations: readonly Violation[]): Promise<Outcome> {
  const isGood = violations.every(({ found }) => found.length === 0)
  await fleet.stop({ keepsFolder: !isGood })
  const left = leftovers(fleet).filter((one) => isGood || one !== fleet.folder)
  return {
    result,
    violations: [...violations, { what: 'left behind', found: left }],
    keptFolder: isGood ? undefined : fleet.folder,
  }
}
