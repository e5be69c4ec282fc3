import type { Incarnation } from '../processes/incarnation.ts'
import type { World } from '../world.ts'

const longestAbsenceMs = 5_000

/** Somebody changes the list of servers, in one process or in all. */
export function changeMembers(world: World): void {
  const { dice } = world
  const { id } = dice.oneOf(world.scenario.servers)
  const change = dice.oneOf(['remove', 'drain', 'update', 'replace'] as const)
  const kept = world.scenario.servers.filter(() => dice.isTrue(0.6)).map((server) => server.id)
  const weight = dice.oneOf([0, 0.5, 1, 3])
  const backInMs = dice.between(100, longestAbsenceMs)
  for (const incarnation of someOf(world)) {
    world.trace.note(`members ${change}`, incarnation.process.number, change === 'replace' ? kept.join(',') : id)
    if (change === 'remove') incarnation.members.remove(id)
    if (change === 'drain') incarnation.members.drain(id)
    if (change === 'update') incarnation.members.update(id, weight)
    if (change === 'replace') incarnation.members.replace(kept)
    comeBack(incarnation, backInMs)
  }
}

/** All servers of one ledger are taken off the list, with payments in flight to them. */
export function removeLedger(world: World): void {
  const { dice, scenario, coverage } = world
  const ledger = dice.oneOf(scenario.ledgers)
  const backInMs = dice.between(100, longestAbsenceMs)
  for (const incarnation of someOf(world)) {
    const gone = scenario.servers.filter((server) => server.ledger === ledger)
    const isBusy = incarnation.balancer
      .snapshot()
      .servers.some((server) => server.inFlight > 0 && isAmong(server, gone))
    if (isBusy) coverage.sometimes('all servers of a ledger were removed with its payments in flight')
    world.trace.note('members without', incarnation.process.number, ledger)
    for (const { id } of gone) incarnation.members.remove(id)
    comeBack(incarnation, backInMs)
  }
}

function isAmong({ id }: { readonly id: string }, servers: readonly { readonly id: string }[]): boolean {
  return servers.some((server) => server.id === id)
}

function someOf({ processes, dice }: World): readonly Incarnation[] {
  const only = dice.isTrue(0.5) ? dice.oneOf(processes) : undefined
  return processes.flatMap((process) => {
    const isMeant = only === undefined || process === only
    return isMeant && process.current !== undefined && !process.isPaused ? [process.current] : []
  })
}

function comeBack(incarnation: Incarnation, inMs: number): void {
  incarnation.later(inMs, () => {
    incarnation.world.trace.note('members restore', incarnation.process.number)
    incarnation.members.restore()
  })
}
