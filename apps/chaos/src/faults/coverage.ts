import { faultKinds } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'

/** How often each kind of fault was set, and how many payments it hit: chaos that hits nobody proves nothing. */
export class Coverage {
  readonly #counts = new Map<FaultKind, { steps: number; hits: number }>()

  add(kind: FaultKind, hits: number): void {
    const { steps, hits: before } = this.of(kind)
    this.#counts.set(kind, { steps: steps + 1, hits: before + hits })
  }

  of(kind: FaultKind): { readonly steps: number; readonly hits: number } {
    return this.#counts.get(kind) ?? { steps: 0, hits: 0 }
  }

  /** The kinds that were set and never hit a payment. */
  unreached(): readonly FaultKind[] {
    return faultKinds.filter((kind) => this.of(kind).steps > 0 && this.of(kind).hits === 0)
  }
}
