import type { ToldPayment } from './client.ts'

/* What a person sees while the demo runs: one line per event, and a line that moves where there is a terminal. */

/** Counts what callers were told, and shows it. */
export class Progress {
  readonly #startedAt = performance.now()
  readonly #counts = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #what = ''

  constructor() {
    this.#timer = setInterval(() => this.#show(), process.stdout.isTTY ? 200 : 2_000)
  }

  step(what: string): void {
    this.#what = what
    this.#print(`${this.#seconds()}  ${what}\n`)
  }

  told(told: ToldPayment): void {
    this.#counts.set(told.outcome, (this.#counts.get(told.outcome) ?? 0) + 1)
  }

  end(): void {
    clearInterval(this.#timer)
    this.#print('')
  }

  #show(): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
    const counts = [...this.#counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
    const line = `${this.#seconds()}  ${total} payments: ${counts}`
    this.#print(process.stdout.isTTY ? `${line}  (${this.#what})` : `${line}\n`)
  }

  #seconds(): string {
    return `${((performance.now() - this.#startedAt) / 1_000).toFixed(1).padStart(5)} s`
  }

  #print(text: string): void {
    process.stdout.write(process.stdout.isTTY ? `\r\u001B[2K${text}` : text)
  }
}
