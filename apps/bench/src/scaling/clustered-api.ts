import { LiveProcess } from '../clients/live-process.ts'
import type { Usage } from './usage.ts'

const limitMs = 20_000

/** An API that says what it used. */
export class ClusteredApi {
  readonly url: string
  readonly #process: LiveProcess

  private constructor(live: LiveProcess, url: string) {
    this.#process = live
    this.url = url
  }

  /** @param workers 0 for one process without a cluster @throws Error that says why it does not run */
  static async start(workers: number, servers: readonly string[], core: number | undefined): Promise<ClusteredApi> {
    const live = new LiveProcess('../scaling/cluster-process', [String(workers), String(core ?? '-'), ...servers])
    const started = await live.ask(undefined, limitMs)
    if (started.ok) return new ClusteredApi(live, String(started.value))
    live.end()
    throw new Error(`the API could not be started: ${started.reason}`)
  }

  /** @throws Error when it is gone */
  async usage(): Promise<Usage> {
    const answer = await this.#process.ask({}, limitMs)
    if (!answer.ok) throw new Error(answer.reason)
    return answer.value as Usage
  }

  /** @throws Error when it is gone */
  async cpuMicroseconds(): Promise<number> {
    return (await this.usage()).cpuMicroseconds
  }

  end(): void {
    this.#process.end()
  }
}
