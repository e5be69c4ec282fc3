import type { Observer } from '../../src/index.ts'

/** What an observer is told of health, in order: `a healthy → ejected`, `frozen`, `unfrozen`. */
export interface HealthStory {
  readonly told: string[]
  readonly observer: Observer
}

export function healthStory(): HealthStory {
  const told: string[] = []
  const observer: Observer = {
    onHealthChange: ({ server, before, after }) => told.push(`${server.id} ${before.state} → ${after.state}`),
    onFreeze: ({ isFrozen }) => told.push(isFrozen ? 'frozen' : 'unfrozen'),
  }
  return { told, observer }
}
