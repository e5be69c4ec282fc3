import type { BalancerSnapshot, Observer } from '../../src/index.ts'
import { hold } from './pool-rules.ts'

/** What an observer knows of everybody's health by being told alone; it must be what a snapshot says. */
export class ToldStates {
  readonly #states = new Map<string, string>()
  /* A hook must not throw, so what it finds is kept until somebody asks. */
  readonly #broken: string[] = []
  #isFrozen = false
  readonly observer: Observer = {
    onHealthChange: ({ server, before, after }) => {
      const known = this.#states.get(server.id) ?? 'healthy'
      if (known !== before.state)
        this.#broken.push(`${server.id} was ${known}, but is told to have been ${before.state}`)
      if (before.state === after.state) this.#broken.push(`${server.id} is told to be ${after.state} again`)
      this.#states.set(server.id, after.state)
    },
    onFreeze: ({ isFrozen }) => {
      if (isFrozen === this.#isFrozen) this.#broken.push(`told again: frozen is ${isFrozen}`)
      this.#isFrozen = isFrozen
    },
    onWarning: ({ code, message }) => {
      if (code === 'strategy-failed' || code === 'observer-threw') this.#broken.push(message)
    },
  }

  /** A server that leaves is forgotten: one that comes in its place begins anew. */
  forget(id: string): void {
    this.#states.delete(id)
  }

  check({ servers, degraded }: BalancerSnapshot): void {
    hold(this.#broken.length === 0, this.#broken.join('; '))
    for (const { id, health } of servers) {
      const told = this.#states.get(id) ?? 'healthy'
      hold(told === health.state, `${id} is ${health.state}, but was told to be ${told}`)
    }
    hold(degraded || !this.#isFrozen, 'told to be frozen, but not degraded')
  }
}
