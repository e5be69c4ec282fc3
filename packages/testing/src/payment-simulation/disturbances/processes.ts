import type { PaylbProcess } from '../processes/paylb-process.ts'
import type { World } from '../world.ts'

const longestPauseMs = 6_000
const mostInteractions = 60

/** A process dies: now, or between two things that it does next. */
export function crashProcess(world: World): void {
  const process = world.dice.oneOf(world.processes)
  if (world.dice.isTrue(0.3)) process.crash()
  else process.current?.dieAfter(world.dice.whole(1, mostInteractions))
}

/** A process is stopped for a while; its clock runs on. */
export function pauseProcess(world: World): void {
  const process = world.dice.oneOf(world.processes)
  process.pause()
  world.timeline.after(world.dice.between(20, longestPauseMs), () => process.resume())
}

/** The machine of a process is suspended: its own clock stands still, its wall clock does not. */
export function suspendProcess(world: World): void {
  const process = world.dice.oneOf(world.processes)
  if (process.isPaused || process.current === undefined) return
  const ms = world.dice.between(20, longestPauseMs)
  process.pause()
  world.timeline.after(ms, () => {
    if (process.isPaused) process.suspendedMs += ms
    process.resume()
  })
}

const hourMs = 3_600_000
const mostHours = 2

/**
 * Somebody sets the wall clock of a process, by whole hours. Ages below an hour then stay true or are plainly impossible.
 * Where keys live for seconds and pins are all that keeps a payment on its ledger, an hour ahead would end every pin: that
 * paylb cannot survive, and does not promise to.
 */
export function jumpWallClock({ dice, processes, scenario }: World): void {
  const process: PaylbProcess = dice.oneOf(processes)
  if (scenario.declaredTtlMs < hourMs && (scenario.ledgers.length > 1 || scenario.kind === 'none')) return
  const hours = dice.whole(-mostHours, mostHours)
  process.wallOffsetMs = hours * hourMs
}
