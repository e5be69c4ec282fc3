import * as crypto from 'node:crypto'
import { isSafeMethod } from '@paylb/core'
import type { AttemptContext, AttemptReport, Call, Cancellation, Fingerprint, Server, Told } from '@paylb/core'
import { attemptHeaders, fingerprintOf, HookFailure } from '@paylb/core/doors'
import type { Transport, TransportAnswer, TransportRequest } from '@paylb/undici'
import type { Admitted } from './admission/admit.ts'
import { StreamedBody } from './admission/request-body.ts'
import type { RequestBody } from './admission/request-body.ts'
import { pathOf } from './admission/target.ts'
import type { Settings } from './options.ts'

/* An admitted request in the words of core: what the journal must know of it, and how one attempt is made. */

/** What a call is made with. */
export interface CallParts {
  readonly transport: Transport
  readonly settings: Settings
  /** Aborts when the caller has gone. */
  readonly signal: Cancellation
}

/** The call that carries a request to the servers. */
export class OutgoingCall implements Call<TransportAnswer> {
  readonly method: string
  readonly target: string
  readonly key?: string
  readonly keyScope?: string
  readonly idempotent: boolean
  readonly headMs: number
  readonly totalMs: number
  readonly signal: Cancellation
  /** What may be told about the payment. */
  told: Told = { outcome: undefined, attempts: [] }
  readonly #outgoing: TransportRequest
  readonly #parts: CallParts
  /* A hook of the user's has failed: the next server would fare no better. */
  #isRefused = false

  constructor({ method, target, headers, isSafe, key, keyScope }: Admitted, body: RequestBody, parts: CallParts) {
    const { settings, signal } = parts
    const unsafe = !isSafeMethod(method)
    this.method = method
    this.target = pathOf(target)
    if (key !== undefined) this.key = key
    if (keyScope !== undefined) this.keyScope = keyScope
    this.idempotent = isSafe
    this.headMs = settings.timeouts.headMs
    this.totalMs = settings.timeouts.totalMs
    this.signal = signal
    this.#parts = parts
    // An unsafe request that was sent goes on when its caller leaves: its outcome is wanted all the same.
    const detachesOnceSent = unsafe && settings.onClientAbort === 'detach'
    this.#outgoing = { method, path: target, headers, body, unsafe, signal, detachesOnceSent }
  }

  attempt(server: Server, context: AttemptContext): Promise<AttemptReport<TransportAnswer>> {
    const { transport, settings } = this.#parts
    if (settings.onAttempt === undefined) return transport.attempt(server, this.#outgoing, context)
    const payment = { key: this.key, keyField: settings.keyField }
    let headers
    try {
      headers = attemptHeaders(settings.onAttempt, this.#outgoing, payment, server)
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error
      process.emitWarning(`a request was not sent: ${error.message}`, 'PaylbWarning')
      this.#isRefused = true
      return Promise.resolve({ evidence: 'not-sent', trouble: 'local', error })
    }
    return transport.attempt(server, { ...this.#outgoing, headers }, context)
  }

  fingerprint(secret: Uint8Array | undefined): Fingerprint {
    const { method, path, body } = this.#outgoing
    return fingerprintOf({ method, target: path, body }, secret, crypto)
  }

  replayable(): boolean {
    const { body } = this.#outgoing
    return !this.#isRefused && !(body instanceof StreamedBody && body.hasBegun)
  }

  onTold(told: Told): void {
    this.told = told
  }
}
