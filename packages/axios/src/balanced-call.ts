import * as crypto from 'node:crypto'
import { isSafeMethod, PaylbError } from '@paylb/core'
import type { AttemptContext, AttemptReport, Call, Server, Told } from '@paylb/core'
import { fingerprintOf, HookFailure } from '@paylb/core/doors'
import { Axios } from 'axios'
import type { AxiosAdapter, AxiosHeaders, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { attempt } from './attempt.ts'
import type { Exchange } from './attempt.ts'
import type { Caller } from './caller.ts'
import type { ClientSettings } from './options.ts'
import { takePayload } from './payload.ts'
import { attemptHeaders, copyOf } from './attempt-headers.ts'
import type { Outgoing } from './attempt-headers.ts'
import { hookFailed } from './errors.ts'
import { paymentKeyOf } from './payment-key.ts'
import { findOtherAgent, refuse, targetPath } from './target.ts'
import type { AgentOf } from './tls/server-agents.ts'
import { undiciAttempt } from './undici/attempt.ts'
import type { LoadTransport } from './undici/load.ts'
import { findUnsupported } from './undici/unsupported.ts'

/*
 * One call in the words of core. What goes on the wire is taken over once, before the first attempt: path, query,
 * headers and body are the same on each, whatever becomes of the caller's objects meanwhile.
 */

/** What a call is made with. */
export interface Means {
  /** The adapter that carries each attempt. */
  readonly carrier: AxiosAdapter
  /** Whether the carrier is axios' own for Node: only its socket can be watched. */
  readonly isWatched: boolean
  /** Carries each attempt instead of the adapter. */
  readonly transport: LoadTransport | undefined
  /** What axios' own transport connects with to servers on `https:`; undefined: as the caller says. */
  readonly agentOf: AgentOf | undefined
  readonly settings: ClientSettings
}

/** @throws PaylbError for a call that must not be sent; HookFailure when a function of the user's fails */
export function callFor(
  config: InternalAxiosRequestConfig,
  caller: Caller,
  means: Means,
  onTold: (told: Told) => void,
): Call<AxiosResponse> {
  const { settings } = means
  if (means.transport !== undefined) refuse(findUnsupported(config))
  if (means.agentOf !== undefined) refuse(findOtherAgent(config))
  const { headMs, totalMs } = settings.timeouts
  const method = (config.method ?? 'get').toUpperCase()
  const path = withParams(targetPath(config), config)
  const target = /^[^?#]*/u.exec(path)?.[0] ?? ''
  const isSafe = isSafeMethod(method) || settings.isSafeRoute(method, target, config)
  const { key, keyScope } = paymentKeyOf(config, isSafe, settings)
  const { data, isReplayable } = takePayload(config.data)
  const outgoing = { method, path, headers: copyOf(config.headers), data, key }
  const attempts = new Attempts(config, outgoing, caller, means)
  return {
    attempt: (server, context) => attempts.begin(server, context),
    method,
    ...(key === undefined ? {} : { key }),
    ...(keyScope === undefined ? {} : { keyScope }),
    target,
    fingerprint: (secret) => fingerprintOf({ method, target: path, body: data }, secret, crypto),
    idempotent: isSafe,
    replayable: () => isReplayable && !attempts.isRefused,
    signal: caller.signal,
    headMs,
    totalMs: Math.min(timeoutMs(config), totalMs),
    onTold,
  }
}

/*
 * As axios reads it: 0 is none, and less than 0 is over already.
 *
 * @throws PaylbError
 */
function timeoutMs({ timeout }: InternalAxiosRequestConfig): number {
  if (!timeout) return Infinity
  const ms = Number.parseInt(`${timeout}`, 10) // in JavaScript it may be text
  if (Number.isNaN(ms)) refuse({ path: 'timeout', text: 'must be a number of milliseconds' })
  if (ms < 0) throw new PaylbError('not-executed', 'the time was up before anything was sent', { timedOut: true })
  return ms === 0 ? Infinity : ms
}

/* The query as axios itself would put it together, but once. */
function withParams(path: string, { params, paramsSerializer }: InternalAxiosRequestConfig): string {
  if (params === undefined || params === null) return path
  const serializer = paramsSerializer === undefined ? {} : { paramsSerializer }
  return new Axios({}).getUri({ url: path, params: params as unknown, ...serializer })
}

class Attempts {
  readonly #exchange: Omit<Exchange, 'headers'>
  readonly #outgoing: Outgoing
  readonly #settings: ClientSettings
  readonly #transport: Means['transport']
  /** axios, or a hook of the user's, would not send this request, and would not send it to another server either. */
  isRefused = false

  constructor(config: InternalAxiosRequestConfig, outgoing: Outgoing, caller: Caller, means: Means) {
    const { carrier, isWatched, settings, transport, agentOf } = means
    const { path, data } = outgoing
    const onRefused = (): void => {
      this.isRefused = true
    }
    const { connectMs } = settings.timeouts
    this.#exchange = { config, path, data, connectMs, signal: caller.signal, carrier, isWatched, agentOf, onRefused }
    this.#outgoing = outgoing
    this.#settings = settings
    this.#transport = transport
  }

  begin(server: Server, context: AttemptContext): Promise<AttemptReport<AxiosResponse>> {
    let exchange: Exchange
    try {
      exchange = { ...this.#exchange, headers: this.#headersFor(server) }
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error
      this.isRefused = true
      return Promise.resolve({ evidence: 'not-sent', trouble: 'local', error: hookFailed(error) })
    }
    if (this.#transport === undefined) return attempt(exchange, server, context)
    return undiciAttempt(exchange, this.#transport, server, context)
  }

  #headersFor(server: Server): AxiosHeaders {
    const { onAttempt, keyField } = this.#settings
    if (onAttempt === undefined) return this.#outgoing.headers
    return attemptHeaders(onAttempt, this.#outgoing, keyField, server)
  }
}
