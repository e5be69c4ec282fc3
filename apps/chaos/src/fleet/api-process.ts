import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { ApiSetup, Notice, Question, Questions, Reply } from '../api/setup.ts'

/* The API's process: it can be killed at any moment and started again on the same journal. */

const mainFile = path.join(import.meta.dirname, '../api/main.ts')
const nodeFlags = ['--conditions=paylb-source', '--disable-warning=ExperimentalWarning']
const leavesWithinMs = 5_000

/** How an API's process ended that was asked to. */
export interface Leaving {
  /** False when something kept it alive, and it had to be killed. */
  readonly leftByItself: boolean
  /** What kept it alive, as Node names it. */
  readonly resources: readonly string[]
}

/** What happens in the API, for whoever runs it. */
export interface ApiEvents {
  onNotice(notice: Notice): void
  /** It ended though nobody had asked it to. */
  onCrash(how: string): void
}

/** The process with paylb in it. */
export class ApiProcess {
  readonly #setup: ApiSetup
  readonly #logFile: string
  readonly #events: ApiEvents
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  readonly pids: number[] = []
  #child: ChildProcess | undefined
  #listening = Promise.withResolvers<string>()
  #questions = 0

  constructor(setup: ApiSetup, logFile: string, events: ApiEvents) {
    this.#setup = setup
    this.#logFile = logFile
    this.#events = events
    this.#listening.promise.catch(() => {})
  }

  /** Where it listens, once it does: another place after each start. Rejects when it ended by itself. */
  get url(): Promise<string> {
    return this.#listening.promise
  }

  /** Starts it. @returns when it listens; rejects when it ends before */
  async start(): Promise<void> {
    const log = openSync(this.#logFile, 'a')
    const child = fork(mainFile, [JSON.stringify(this.#setup)], {
      execArgv: nodeFlags,
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#child = child
    if (child.pid !== undefined) this.pids.push(child.pid)
    const listening = this.#listening
    child.on('message', (message: Notice | Reply) => {
      if (message.kind === 'listening') listening.resolve(message.url)
      if (message.kind === 'reply') this.#waiting.get(message.id)?.(message)
      else this.#events.onNotice(message)
    })
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return
      const how = signal ?? `code ${code}`
      listening.reject(new Error(`the API ended before it listened (${how}):\n${readFileSync(this.#logFile, 'utf8')}`))
      this.#events.onCrash(how)
    })
    await listening.promise
  }

  /** Kills it with SIGKILL and waits until it is gone. Whoever asks for its URL from now on waits for the next start. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    this.#listening = Promise.withResolvers<string>()
    this.#listening.promise.catch(() => {})
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** Asks it something. @throws Error with its words when it cannot answer */
  async ask<What extends keyof Questions>(what: What): Promise<Questions[What]> {
    this.#questions += 1
    const id = this.#questions
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve)
      this.#child?.send({ id, what } satisfies Question)
    })
    this.#waiting.delete(id)
    if (reply.error !== undefined) throw new Error(`the API could not ${what}: ${reply.error}`)
    return reply.value as Questions[What]
  }

  /** Has it close everything and end by itself; what does not is killed. */
  async leave(): Promise<Leaving> {
    const child = this.#child
    if (child === undefined) throw new Error('the API does not run')
    const ended = once(child, 'exit')
    const resources = await this.ask('close')
    this.#child = undefined
    const timer = setTimeout(() => child.kill('SIGKILL'), leavesWithinMs)
    const [code] = (await ended) as [number | null]
    clearTimeout(timer)
    return { leftByItself: code === 0, resources }
  }
}
