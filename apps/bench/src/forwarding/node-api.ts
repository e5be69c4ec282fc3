import { LiveProcess } from '../clients/live-process.ts'
import type { Api } from './api.ts'

const limitMs = 20_000

/** An API in a process of Node, which says itself what it used. */
export class NodeApi implements Api {
  readonly url: string
  readonly #process: LiveProcess

  private constructor(live: LiveProcess, url: string) {
    this.#process = live
    this.url = url
  }

  static async start(name: string, servers: readonly string[], core: number | undefined): Promise<NodeApi> {
    const live = new LiveProcess('../forwarding/api-process', [name, String(core ?? '-'), ...servers])
    const started = await live.ask(undefined, limitMs)
    if (started.ok) return new NodeApi(live, String(started.value))
    live.end()
    throw new Error(`it could not be started: ${started.reason}`)
  }

  async cpuMicroseconds(): Promise<number> {
    const answer = await this.#process.ask({}, limitMs)
    if (!answer.ok) throw new Error(answer.reason)
    return Number(answer.value)
  }

  end(): void {
    this.#process.end()
  }
}
