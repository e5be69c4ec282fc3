import { serverOptions } from './balancer-options.ts'
import type { Incarnation } from './incarnation.ts'

/* Which servers a process lists, as whoever changes the list sees it: what is picked is held against this. */

/* A server that comes back gets a new one. */
interface Place {
  readonly sinceMs: number
  state: 'listed' | 'draining' | 'drained'
}

/** The servers that one process lists. */
export class Members {
  readonly #incarnation: Incarnation
  readonly #places = new Map<string, Place>()

  constructor(incarnation: Incarnation) {
    this.#incarnation = incarnation
    for (const { id } of incarnation.world.scenario.servers) this.#list(id)
  }

  /** Whether the server may be picked. */
  isListed(id: string): boolean {
    return this.#places.get(id)?.state === 'listed'
  }

  /** Whether nothing may be sent any more for a request that began then. An older one may have picked the server before it left and came back. */
  isDrained(id: string, beganAtMs: number): boolean {
    const place = this.#places.get(id)
    return place?.state === 'drained' && place.sinceMs <= beganAtMs
  }

  /** The ids of servers that may be picked. */
  get listed(): readonly string[] {
    return [...this.#places.keys()].filter((id) => this.isListed(id))
  }

  remove(id: string): void {
    if (!this.#places.delete(id)) return
    this.#stir()
    this.#incarnation.balancer.remove(id)
    this.#incarnation.watch.left(id)
  }

  drain(id: string): void {
    const place = this.#places.get(id)
    if (place?.state !== 'listed') return
    place.state = 'draining'
    this.#stir()
    void this.#drain(id, place)
  }

  update(id: string, weight: number): void {
    this.#stir()
    if (this.#places.has(id)) this.#incarnation.balancer.update(id, { weight })
  }

  /** Lists exactly these. Those that drain go on draining. */
  replace(ids: readonly string[]): void {
    const { balancer, world, watch } = this.#incarnation
    this.#stir()
    const plans = world.scenario.servers.filter((plan) => ids.includes(plan.id))
    for (const id of this.#places.keys()) {
      if (ids.includes(id)) continue
      this.#places.delete(id)
      watch.left(id)
    }
    for (const id of ids) if (!this.#places.has(id)) this.#list(id)
    balancer.replace(plans.map((plan) => serverOptions(plan, world.scenario)))
  }

  /** Lists every server anew. */
  restore(): void {
    const all = this.#incarnation.world.scenario.servers
    this.#stir()
    for (const { id } of all) if (!this.isListed(id)) this.remove(id)
    for (const plan of all) {
      if (this.#places.has(plan.id)) continue
      this.#list(plan.id)
      this.#incarnation.balancer.add(serverOptions(plan, this.#incarnation.world.scenario))
    }
  }

  #list(id: string): void {
    this.#places.set(id, { sinceMs: this.#incarnation.world.timeline.nowMs, state: 'listed' })
  }

  async #drain(id: string, place: Place): Promise<void> {
    await this.#incarnation.balancer.drain(id)
    if (this.#incarnation.isDead || this.#places.get(id) !== place) return
    this.#incarnation.world.coverage.sometimes('a server was drained to its end')
    place.state = 'drained'
  }

  /* Whoever waits for a server may get one. */
  #stir(): void {
    this.#incarnation.world.timeline.stir()
  }
}
