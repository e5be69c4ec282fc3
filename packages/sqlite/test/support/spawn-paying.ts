import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const script = fileURLToPath(new URL('paying-process.ts', import.meta.url))
const flags = ['--conditions=paylb-source', '--disable-warning=ExperimentalWarning']

/** A process that pays, with what it says. Ends with the test at the latest. */
export class PayingProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #output: Interface
  readonly said: string[] = []

  constructor(file: string, mode: 'stream' | 'step', name = 'order') {
    this.#child = spawn(process.execPath, [...flags, script, file, mode, name], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#output = createInterface({ input: this.#child.stdout })
    this.#output.on('line', (line) => this.said.push(line))
    onTestFinished(() => this.kill())
  }

  /** Waits until it has said so many lines. */
  async heard(lines: number): Promise<void> {
    while (this.said.length < lines) await once(this.#output, 'line')
  }

  /** Tells it something and waits for the answer. */
  async tell(line: string): Promise<string> {
    const next = this.said.length + 1
    this.#child.stdin.write(`${line}\n`)
    await this.heard(next)
    return this.said.at(-1) ?? ''
  }

  /** Tells it something that it will answer later, when it runs. */
  leaveWord(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name)
  }

  /** Kills it with SIGKILL and waits until it is gone and all that it said was read. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#output, 'close')
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
    await closed
  }
}
