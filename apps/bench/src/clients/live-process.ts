import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { CellMessage, CellResult } from '../measure/cell.ts'

/* A process that answers more than once. What it does wrong is a reason, never an exception: the bench goes on. */

const isSource = import.meta.url.endsWith('.ts')
const sourceFlags = isSource ? ['--conditions=paylb-source'] : []

/** A child of the bench that is asked over and over. */
export class LiveProcess {
  readonly #child: ChildProcess

  /** @param program the name of its module in this folder, without extension */
  constructor(program: string, given: readonly string[] = []) {
    const module = new URL(`./${program}.${isSource ? 'ts' : 'js'}`, import.meta.url)
    this.#child = fork(module, given, {
      execArgv: sourceFlags,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.on('error', () => {}) // whoever asks hears of it
  }

  /** Sends a question, if any, and waits for the next answer. */
  ask(question: object | undefined, limitMs: number): Promise<CellResult> {
    const child = this.#child
    return new Promise((resolve) => {
      const tell = (result: CellResult): void => {
        clearTimeout(limit)
        child.off('message', onMessage).off('exit', onExit)
        resolve(result)
      }
      const onMessage = (message: CellMessage): void => {
        tell('failure' in message ? { ok: false, reason: message.failure } : { ok: true, value: message.value })
      }
      const onExit = (): void => tell({ ok: false, reason: 'its process died' })
      const limit = setTimeout(() => {
        tell({ ok: false, reason: `no result within ${limitMs / 1_000} s; its process was ended` })
        child.kill('SIGKILL')
      }, limitMs)
      if (!child.connected) return tell({ ok: false, reason: 'its process died' })
      child.on('message', onMessage).on('exit', onExit)
      if (question !== undefined) child.send(question, () => {})
    })
  }

  /** Ends it. */
  end(): void {
    this.#child.kill('SIGKILL')
  }
}
