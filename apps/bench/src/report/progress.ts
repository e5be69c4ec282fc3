/* What a person sees while a bench runs: a line that moves where there is a terminal, and a line per round elsewhere. */

/** Shows how far a bench is, on stderr: stdout is for the tables. */
export class Progress {
  readonly #isTerminal = process.stderr.isTTY
  readonly #startedAtMs = performance.now()
  readonly #total: number
  #done = 0
  #part = ''

  /** @param total how many processes there will be */
  constructor(total: number) {
    this.#total = total
  }

  /** One more process starts. `part` is the round it belongs to. */
  step(part: string, title: string): void {
    this.#done += 1
    const line = `${this.#seconds()}  ${this.#done}/${this.#total}  ${part}`
    if (this.#isTerminal) process.stderr.write(`\r\u001B[2K${line}: ${title}`)
    else if (part !== this.#part) process.stderr.write(`${line}\n`)
    this.#part = part
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write('\r\u001B[2K')
  }

  #seconds(): string {
    return `${((performance.now() - this.#startedAtMs) / 1_000).toFixed(0).padStart(4)} s`
  }
}
