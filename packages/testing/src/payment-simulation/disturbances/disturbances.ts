import type { Disturbance } from '../faults.ts'
import type { World } from '../world.ts'
import { journalOutage, journalSlowness, keyStoreOutage } from './storage.ts'
import { changeMembers, removeLedger } from './membership.ts'
import { crashProcess, jumpWallClock, pauseProcess, suspendProcess } from './processes.ts'
import { killServer, pauseServer } from './servers.ts'

/* What happens to the whole world now and then, until it is calm. */

const acts: Readonly<Record<Disturbance, (world: World) => void>> = {
  'server-pause': pauseServer,
  'server-death': killServer,
  'process-crash': crashProcess,
  'process-pause': pauseProcess,
  'process-suspension': suspendProcess,
  membership: changeMembers,
  'ledger-removal': removeLedger,
  'wall-jump': jumpWallClock,
  'journal-outage': journalOutage,
  'journal-slowness': journalSlowness,
  'key-store-outage': keyStoreOutage,
}

/** Begins to disturb. */
export function disturb(world: World): void {
  for (const [name, perSecond] of Object.entries(world.faults.disturbances) as [Disturbance, number][]) {
    scheduleNext(name, perSecond, world)
  }
}

function scheduleNext(name: Disturbance, perSecond: number, world: World): void {
  world.timeline.after(world.dice.gapMs(perSecond), () => {
    if (world.isCalm) return
    world.injected(name)
    acts[name](world)
    scheduleNext(name, perSecond, world)
  })
}
