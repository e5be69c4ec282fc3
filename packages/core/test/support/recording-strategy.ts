import type { Candidate, Strategy } from '../../src/index.ts'
import { present } from './present.ts'

/** A strategy of the user's own that takes each candidate in turn, with all the lists that it was shown. */
export interface RecordingStrategy extends Strategy {
  readonly lists: (readonly Candidate[])[]
  /** The weights in the last list, by server. */
  weights(): Record<string, number>
}

export function recordingStrategy(): RecordingStrategy {
  const lists: (readonly Candidate[])[] = []
  return {
    lists,
    pick: (candidates) => {
      lists.push(candidates)
      return present(candidates[lists.length % candidates.length])
    },
    weights: () => Object.fromEntries((lists.at(-1) ?? []).map(({ server, weight }) => [server.id, weight])),
  }
}
