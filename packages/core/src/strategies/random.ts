import { firstOf } from './choose-least.ts'
import type { Strategy } from './strategy.ts'

/** Random: uniform over the candidates; configured weights are ignored. */
export function random(): Strategy {
  return {
    name: 'random',
    pick: (candidates, context) => candidates[Math.floor(context.random() * candidates.length)] ?? firstOf(candidates),
  }
}
