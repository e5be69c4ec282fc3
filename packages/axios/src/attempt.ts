import type { Readable } from 'node:stream'
import type { AttemptContext, AttemptReport, Cancellation, Server, Trouble } from '@paylb/core'
import { ManualCancellation } from '@paylb/core/doors'
import { AxiosError, CanceledError } from 'axios'
import type { AxiosHeaders, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { copyOf } from './attempt-headers.ts'
import { AnsweredReport, isStream, streamedAnswer } from './answer.ts'
import { Deadlines } from './deadlines.ts'
import { Wire } from './evidence.ts'
import type { Transport } from './evidence.ts'
import type { Means } from './means.ts'
import { StraightTransport } from './proxies.ts'
import { withoutSecrets } from './seal.ts'
import { exceedsOwnLimit, troubleOf } from './trouble.ts'

/** One call, as each of its attempts needs it. */
export interface Exchange {
  readonly config: InternalAxiosRequestConfig
  /** Appended to the server's URL: with the whole query. */
  readonly path: string
  readonly data: unknown
  readonly means: Means
  /** Aborts when the caller has cancelled. */
  readonly signal: Cancellation
  /** Whether the body can be sent once more. */
  replayable(): boolean
  /** No other server would do either: axios itself would not send this request, or the answer is longer than allowed. */
  onRefused(): void
}

/**
 * Sends the request once to `server` and says how far it got. Never throws.
 *
 * @param headers of this attempt; only read
 */
export function attempt(
  exchange: Exchange,
  headers: AxiosHeaders,
  server: Server,
  context: AttemptContext,
): Promise<AttemptReport<AxiosResponse>> {
  return new Attempt(exchange, context).send(headers, server)
}

/* The path, the query and the signal have it in them. To delete it would make every later look at the settings slow. */
const saidAlready: object = { baseURL: undefined, params: undefined, cancelToken: undefined }

class Attempt {
  readonly #exchange: Exchange
  readonly #wire: Wire
  readonly #deadlines: Deadlines
  readonly #end = new ManualCancellation()
  readonly #leave = (): void => this.#giveUp('cancelled', new CanceledError(undefined, this.#exchange.config))
  #givenUp: Trouble | undefined
  #straight: StraightTransport | undefined
  #body: Readable | undefined
  #rejectAnswer: ((error: Error) => void) | undefined

  constructor(exchange: Exchange, context: AttemptContext) {
    const { headMs, remainingMs: totalMs } = context
    const { isWatched, settings } = exchange.means
    const limits = { connectMs: isWatched ? settings.timeouts.connectMs : headMs, headMs, totalMs }
    this.#exchange = exchange
    this.#deadlines = new Deadlines(limits, (what) => this.#giveUp('timeout', timeoutError(what)))
    this.#wire = new Wire(
      { onConnected: () => this.#deadlines.connected(), onHead: () => this.#deadlines.head() },
      exchange.config.transport as Transport | undefined,
    )
    exchange.signal.addEventListener('abort', this.#leave)
  }

  async send(headers: AxiosHeaders, server: Server): Promise<AttemptReport<AxiosResponse>> {
    try {
      const answer = this.#exchange.means.carrier(this.#configFor(headers, server))
      return this.#answered(await this.#unlessGivenUp(answer))
    } catch (error) {
      if (this.#straight?.hasRefused === true && this.#givenUp === undefined) {
        this.#exchange.means.proxies.found()
        return this.send(headers, server)
      }
      return this.#unanswered(error)
    }
  }

  /* What axios would make of timeouts, redirects, statuses and proxies by itself is ours to decide, or the evidence is lost. */
  #configFor(headers: AxiosHeaders, server: Server): InternalAxiosRequestConfig {
    const { config, path, data, means } = this.#exchange
    const isSecured = server.origin.startsWith('https:')
    const agent: unknown = isSecured ? (means.agentOf?.(server) ?? config.httpsAgent) : config.httpAgent
    return {
      ...settingsOf(config),
      ...saidAlready,
      url: server.url + path,
      headers: copyOf(headers),
      data,
      signal: means.isWatched ? this.#end : asSignal(this.#end),
      maxRedirects: 0,
      timeout: 0,
      validateStatus: null,
      ...this.#wayTo(server, agent),
      ...(isSecured && means.agentOf !== undefined ? { httpsAgent: agent } : {}),
    }
  }

  /* Through a proxy only if the caller has named it. */
  #wayTo({ origin }: Server, agent: unknown): Pick<AxiosRequestConfig, 'proxy' | 'transport'> {
    const { config, means } = this.#exchange
    const transport = this.#wire
    this.#straight = undefined
    if (config.proxy !== undefined && config.proxy !== null) return { transport }
    if (means.proxies.areNamed || !this.#exchange.replayable()) return { transport, proxy: false }
    this.#straight = new StraightTransport(transport, origin, agent)
    return { transport: this.#straight }
  }

  #unlessGivenUp(answer: Promise<AxiosResponse>): Promise<AxiosResponse> {
    return new Promise((resolve, reject) => {
      this.#rejectAnswer = reject
      Promise.resolve(answer).then(resolve, reject) // in JavaScript a carrier may answer without a promise
    })
  }

  #giveUp(trouble: Trouble, error: Error): void {
    this.#givenUp ??= trouble
    this.#body?.destroy(error)
    this.#wire.close()
    this.#end.abort(error)
    this.#rejectAnswer?.(error)
  }

  #stop(): void {
    this.#deadlines.stop()
    this.#exchange.signal.removeEventListener('abort', this.#leave)
  }

  #answered(response: AxiosResponse): AttemptReport<AxiosResponse> {
    const { data } = response
    if (!isStream(data)) {
      this.#stop()
      return new AnsweredReport(response)
    }
    this.#body = data
    const report = streamedAnswer(response, data, () => this.#wire.isAnswerComplete)
    void report.ended.then(() => this.#stop())
    return report
  }

  #unanswered(error: unknown): AttemptReport<AxiosResponse> {
    this.#stop()
    this.#wire.close()
    const { isWatched } = this.#exchange.means
    const isRefused = isWatched && !this.#wire.isBegun && this.#givenUp === undefined
    if (isRefused || exceedsOwnLimit(error)) this.#exchange.onRefused()
    const { status } = this.#wire
    return {
      evidence: isWatched && this.#wire.isProvenUnsent ? 'not-sent' : 'sent',
      trouble: this.#givenUp ?? (isRefused ? 'local' : troubleOf(error)),
      error: withoutSecrets(this.#end.aborted ? this.#end.reason : error),
      ...(status === undefined ? {} : { status }),
    }
  }
}

/* By hand: axios' settings have no prototype, and V8 is four times as slow to spread an object without one. */
function settingsOf(config: InternalAxiosRequestConfig): InternalAxiosRequestConfig {
  const given = config as unknown as Record<string, unknown>
  const settings: Record<string, unknown> = {}
  for (const name of Object.keys(given)) if (name !== '__proto__') settings[name] = given[name]
  return settings as unknown as InternalAxiosRequestConfig
}

/* Axios' own adapter needs no more than a cancellation has; another may hand it on to what needs a real signal. */
function asSignal(end: ManualCancellation): AbortSignal {
  const controller = new AbortController()
  end.addEventListener('abort', () => controller.abort(end.reason))
  return controller.signal
}

function timeoutError(what: string): AxiosError {
  return new AxiosError(what, AxiosError.ETIMEDOUT)
}
