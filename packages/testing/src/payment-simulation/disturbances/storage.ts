import type { World } from '../world.ts'

/** How long a call to a slow journal may take at the most, each way. */
export const slowestJournalMs = 1_500
/** A stalled one may take longer than any payment. */
export const stalledJournalMs = 10_000

/** The journal can neither read nor write for a while. */
export function journalOutage(world: World): void {
  world.store.isDown = true
  world.trace.note('journal down', 0)
  world.timeline.after(world.dice.between(10, 1_500), () => {
    world.store.isDown = false
    world.trace.note('journal up', 0)
  })
}

/** The journal takes its time. */
export function journalSlowness(world: World): void {
  world.store.slowMs = world.dice.oneOf([2, 50, slowestJournalMs, stalledJournalMs])
  world.timeline.after(world.dice.between(100, 3_000), () => {
    world.store.slowMs = 0
  })
}

/** A ledger that fails open executes without a look at the keys. */
export function keyStoreOutage(world: World): void {
  if (world.scenario.kind !== 'failing-open') return
  const ledger = world.dice.oneOf([...world.ledgers.values()])
  ledger.isStoreDown = true
  world.coverage.sometimes('the key store was down')
  world.timeline.after(world.dice.between(100, 3_000), () => {
    ledger.isStoreDown = false
  })
}
