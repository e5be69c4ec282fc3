import * as crypto from 'node:crypto'

import { type AttemptContext, type AttemptRecord, type AttemptReport, type Call, isSafeMethod } from '@paylb/core'
import { attemptHeaders, fingerprintOf, HookFailure } from '@paylb/core/doors'
import type { Server, Told } from '@paylb/core'

import type { TransportAnswer, TransportRequest } from '../request.ts'
import type { Transport } from '../transport.ts'
import type { Admitted } from './admit.ts'
import type { ClientSettings } from './options.ts'
import { StreamedBody, type TakenBody } from './request-body.ts'
import { pathOf } from './target.ts'

/* An admitted request in the words of core: what the journal must know of it, and how one attempt is made. */

/** What a call is made with. */
export interface CallParts {
  readonly transport: Transport
  readonly settings: ClientSettings
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
  readonly onTold: (told: Told) => void
}

/** One request on its way through the balancer. */
export class OutgoingCall implements Call<TransportAnswer> {
  readonly method: string
  readonly key?: string
  readonly keyScope?: string
  readonly target: string
  readonly idempotent: boolean
  readonly signal: AbortSignal
  readonly headMs: number
  readonly totalMs: number
  readonly onTold: (told: Told) => void
  readonly #outgoing: TransportRequest
  readonly #keys: { readonly key: string | undefined; readonly keyField: string }
  readonly #transport: Transport
  readonly #onAttempt: ClientSettings['onAttempt']
  readonly #startedAtMs = performance.now()
  #open: { readonly server: string; readonly startedAtMs: number } | undefined
  #isRefused = false

  constructor(admitted: Admitted, { body, contentType }: TakenBody, parts: CallParts) {
    const { method, target, key, keyScope, headers } = admitted
    const { settings, signal } = parts
    this.method = method
    if (key !== undefined) this.key = key
    if (keyScope !== undefined) this.keyScope = keyScope
    this.target = pathOf(target)
    this.idempotent = admitted.isSafe
    this.signal = signal
    this.headMs = admitted.headMs
    this.totalMs = settings.timeouts.totalMs
    this.onTold = parts.onTold
    const unsafe = !isSafeMethod(method)
    this.#outgoing = {
      method,
      path: target,
      headers: withType(headers, contentType),
      body,
      unsafe,
      signal,
      // An unsafe request that was sent goes on when its caller leaves: its outcome is wanted all the same.
      detachesOnceSent: unsafe && settings.onClientAbort === 'detach',
    }
    this.#keys = { key, keyField: settings.keyField }
    this.#transport = parts.transport
    this.#onAttempt = settings.onAttempt
  }

  fingerprint(secret: Uint8Array | undefined): ReturnType<typeof fingerprintOf> {
    const { method, path, body } = this.#outgoing
    return fingerprintOf({ method, target: path, body }, secret, crypto)
  }

  replayable(): boolean {
    const { body } = this.#outgoing
    return !this.#isRefused && !(body instanceof StreamedBody && body.hasBegun)
  }

  async attempt(server: Server, context: AttemptContext): Promise<AttemptReport<TransportAnswer>> {
    this.#open = { server: server.id, startedAtMs: performance.now() }
    try {
      return await this.#transport.attempt(server, this.#requestFor(server), context)
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error
      this.#isRefused = true
      return { evidence: 'not-sent', trouble: 'local', error }
    } finally {
      this.#open = undefined
    }
  }

  /** The attempt that is on its way now, in the words of one whose caller does not wait for it. */
  openAttempt(): AttemptRecord | undefined {
    if (this.#open === undefined) return undefined
    const { server, startedAtMs } = this.#open
    return {
      server,
      evidence: 'sent',
      outcome: 'unknown',
      trouble: 'cancelled',
      startedAfterMs: startedAtMs - this.#startedAtMs,
      durationMs: performance.now() - startedAtMs,
    }
  }

  #requestFor(server: Server): TransportRequest {
    if (this.#onAttempt === undefined) return this.#outgoing
    return { ...this.#outgoing, headers: attemptHeaders(this.#onAttempt, this.#outgoing, this.#keys, server) }
  }
}

function withType(headers: readonly string[], contentType: string | null | undefined): readonly string[] {
  if (contentType === undefined || contentType === null) return headers
  const isSaid = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')
  return isSaid ? headers : [...headers, 'content-type', contentType]
}
