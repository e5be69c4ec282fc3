import * as crypto from 'node:crypto'
import { isSafeMethod, PaylbError } from '@paylb/core'
import type { AttemptContext, AttemptReport, Call, Cancellation, Fingerprint, Server, Told } from '@paylb/core'
import { fingerprintOf, HookFailure } from '@paylb/core/doors'
import { Axios } from 'axios'
import type { AxiosHeaders, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { attempt } from './attempt.ts'
import type { Exchange } from './attempt.ts'
import { attemptHeaders, copyOf } from './attempt-headers.ts'
import { hookFailed } from './errors.ts'
import type { Known } from './errors.ts'
import type { Means } from './means.ts'
import { takePayload } from './payload.ts'
import { paymentKeyOf } from './payment-key.ts'
import { findOtherAgent, refuse, targetPath } from './target.ts'
import { undiciAttempt } from './undici/attempt.ts'
import { findUnsupported } from './undici/unsupported.ts'

/**
 * One call in the words of core. What goes on the wire is taken over once, before the first attempt: path, query,
 * headers and body are the same on each, whatever becomes of the caller's objects meanwhile.
 */
export class BalancedCall implements Call<AxiosResponse>, Exchange {
  readonly config: InternalAxiosRequestConfig
  readonly means: Means
  readonly signal: Cancellation
  readonly method: string
  readonly path: string
  readonly target: string
  readonly key?: string
  readonly keyScope?: string
  readonly data: unknown
  readonly idempotent: boolean
  readonly headMs: number
  readonly totalMs: number
  /** What may be told about the payment. It outlives the call: an error may need it as long as its config is held. */
  readonly known: Known
  readonly #headers: AxiosHeaders
  readonly #isReplayable: boolean
  /* Axios, or a hook of the user's, would not send this request, and would not send it to another server either. */
  #isRefused = false

  /** @throws PaylbError for a call that must not be sent; HookFailure when a function of the user's fails */
  constructor(config: InternalAxiosRequestConfig, means: Means, signal: Cancellation) {
    const { settings } = means
    if (means.transport !== undefined) refuse(findUnsupported(config))
    if (means.agentOf !== undefined) refuse(findOtherAgent(config))
    this.config = config
    this.means = means
    this.signal = signal
    this.method = (config.method ?? 'get').toUpperCase()
    this.path = withParams(targetPath(config), config)
    this.target = /^[^?#]*/u.exec(this.path)?.[0] ?? ''
    this.idempotent = isSafeMethod(this.method) || settings.isSafeRoute(this.method, this.target, config)
    const { key, keyScope } = paymentKeyOf(config, this.idempotent, settings)
    if (key !== undefined) this.key = key
    if (keyScope !== undefined) this.keyScope = keyScope
    this.known = { told: { outcome: 'unknown', attempts: [] }, key }
    const { data, isReplayable } = takePayload(config.data)
    this.data = data
    this.#isReplayable = isReplayable
    this.#headers = copyOf(config.headers)
    this.headMs = settings.timeouts.headMs
    this.totalMs = Math.min(timeoutMs(config), settings.timeouts.totalMs)
  }

  attempt(server: Server, context: AttemptContext): Promise<AttemptReport<AxiosResponse>> {
    let headers: AxiosHeaders
    try {
      headers = this.#headersFor(server)
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error
      this.#isRefused = true
      return Promise.resolve({ evidence: 'not-sent', trouble: 'local', error: hookFailed(error) })
    }
    const { transport } = this.means
    if (transport === undefined) return attempt(this, headers, server, context)
    return undiciAttempt(this, headers, transport, server, context)
  }

  fingerprint(secret: Uint8Array | undefined): Fingerprint {
    return fingerprintOf({ method: this.method, target: this.path, body: this.data }, secret, crypto)
  }

  replayable(): boolean {
    return this.#isReplayable && !this.#isRefused
  }

  onRefused(): void {
    this.#isRefused = true
  }

  onTold(told: Told): void {
    this.known.told = told
  }

  #headersFor(server: Server): AxiosHeaders {
    const { onAttempt, keyField } = this.means.settings
    if (onAttempt === undefined) return this.#headers
    const { method, path, data, key } = this
    return attemptHeaders(onAttempt, { method, path, headers: this.#headers, data, key }, keyField, server)
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
