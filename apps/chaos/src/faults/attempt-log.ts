import type { Notice } from '../api/setup.ts'

/** Counts the attempts that ended without an answer, by server. */
export class AttemptLog {
  readonly #unanswered = new Map<string, number>()

  add({ server }: Extract<Notice, { kind: 'attempt' }>): void {
    this.#unanswered.set(server, this.unanswered(server) + 1)
  }

  unanswered(server: string): number {
    return this.#unanswered.get(server) ?? 0
  }
}
