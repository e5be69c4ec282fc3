import type { Payment } from './client/payment.ts'

/* What a person sees while a run goes on: what goes wrong just now, and how far the payments are. */

/** Shows a run, a line every two seconds, or one that moves where there is a terminal. */
export class Progress {
  readonly #payments: readonly Payment[]
  readonly #startedAt = performance.now()
  readonly #faults = new Set<string>()
  readonly #timer: NodeJS.Timeout

  constructor(payments: readonly Payment[]) {
    this.#payments = payments
    this.#timer = setInterval(() => this.#show(), process.stdout.isTTY ? 200 : 2_000)
  }

  onFault(what: string, begins: boolean): void {
    if (begins) this.#faults.add(what)
    else this.#faults.delete(what)
  }

  onPhase(what: string): void {
    this.#print(`${this.#seconds()}  ${what}\n`)
  }

  end(): void {
    clearInterval(this.#timer)
    this.#print('')
  }

  #show(): void {
    const counts = new Map<string, number>()
    for (const { outcome, firstOutcome } of this.#payments) {
      const state = firstOutcome === undefined ? 'on their way' : outcome
      counts.set(state, (counts.get(state) ?? 0) + 1)
    }
    const told = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
    const faults = this.#faults.size === 0 ? 'all is well' : [...this.#faults].join(', ')
    this.#print(`${this.#seconds()}  ${told}  (${faults})${process.stdout.isTTY ? '' : '\n'}`)
  }

  #seconds(): string {
    return `${((performance.now() - this.#startedAt) / 1_000).toFixed(1).padStart(6)} s`
  }

  #print(text: string): void {
    process.stdout.write(process.stdout.isTTY ? `\r\u001B[2K${text}` : text)
  }
}
