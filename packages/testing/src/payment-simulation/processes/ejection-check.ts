import type { Health } from '@paylb/core'
import type { Incarnation } from './incarnation.ts'

/*
 * What must hold of ejections, whatever the health model's details: never the last server that is listed, never one that
 * did nothing wrong, and a declined card is nothing wrong.
 */

/* Three connections in a row, five failures in a row, or five within the window. */
const leastFailures = 3

/** Watches whom a process ejects. */
export class EjectionCheck {
  readonly #incarnation: Incarnation
  readonly #states = new Map<string, Health['state']>()
  readonly #failures = new Map<string, number>()

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
  }

  isEjected(id: string): boolean {
    return this.#states.get(id) === 'ejected'
  }

  failed(id: string): void {
    this.#failures.set(id, (this.#failures.get(id) ?? 0) + 1)
  }

  left(id: string): void {
    this.#states.delete(id)
    this.#failures.delete(id)
  }

  changed(id: string, before: Health, after: Health): void {
    const { world, members } = this.#incarnation
    this.#states.set(id, after.state)
    world.trace.note(`is ${after.state}`, this.#incarnation.process.number, id)
    if (after.state !== 'ejected') return
    world.coverage.sometimes('a server was ejected')
    const failures = this.#failures.get(id) ?? 0
    const least = before.state === 'healthy' ? leastFailures : 1
    if (failures < least) world.violate(undefined, `${id} was ejected after ${failures} failures`)
    this.#failures.delete(id)
    if (!members.isListed(id)) return
    if (members.listed.every((other) => this.isEjected(other)))
      world.violate(undefined, `${id}, the last one, was ejected`)
  }
}
