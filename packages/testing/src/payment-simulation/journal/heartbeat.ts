import type { Incarnation } from '../processes/incarnation.ts'

/** Shows again and again that a process is alive, and looks who else is. Stops with it, and stands still while it is paused. */
export class Heartbeat {
  readonly #incarnation: Incarnation
  #seen: ReturnType<Incarnation['world']['store']['owners']['beat']> = new Map()

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
  }

  start(): void {
    const { world, name } = this.#incarnation
    const { store, scenario } = world
    if (!store.isDown) {
      if (scenario.seesCrashes) store.owners.buryGone()
      store.enter(name)
      this.#seen = store.owners.beat(name, this.#seen)
    }
    this.#incarnation.later(scenario.heartbeatMs, () => this.start())
  }
}
