import * as crypto from 'node:crypto'
import { isSafeMethod } from '@paylb/core'
import type { AttemptContext, AttemptReport, Call, Cancellation, Server, Told } from '@paylb/core'
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
  readonly onTold: (told: Told) => void
}

/** The call that carries a request to the servers. */
export function callFor(admitted: Admitted, body: RequestBody, parts: CallParts): Call<TransportAnswer> {
  const { method, target, key, keyScope } = admitted
  const { settings, signal, onTold } = parts
  const attempts = new Attempts(admitted, body, parts)
  return {
    method,
    ...(key === undefined ? {} : { key }),
    ...(keyScope === undefined ? {} : { keyScope }),
    target: pathOf(target),
    fingerprint: (secret) => fingerprintOf({ method, target, body }, secret, crypto),
    idempotent: admitted.isSafe,
    headMs: settings.timeouts.headMs,
    totalMs: settings.timeouts.totalMs,
    signal,
    replayable: () => !attempts.isRefused && !(body instanceof StreamedBody && body.hasBegun),
    attempt: (server, context) => attempts.begin(server, context),
    onTold,
  }
}

class Attempts {
  readonly #outgoing: TransportRequest
  readonly #payment: { readonly key: string | undefined; readonly keyField: string }
  readonly #parts: CallParts
  /** A hook of the user's has failed: the next server would fare no better. */
  isRefused = false

  constructor({ method, target, headers, key }: Admitted, body: RequestBody, parts: CallParts) {
    const { settings, signal } = parts
    const unsafe = !isSafeMethod(method)
    this.#parts = parts
    this.#payment = { key, keyField: settings.keyField }
    // An unsafe request that was sent goes on when its caller leaves: its outcome is wanted all the same.
    const detachesOnceSent = unsafe && settings.onClientAbort === 'detach'
    this.#outgoing = { method, path: target, headers, body, unsafe, signal, detachesOnceSent }
  }

  async begin(server: Server, context: AttemptContext): Promise<AttemptReport<TransportAnswer>> {
    const { transport, settings } = this.#parts
    if (settings.onAttempt === undefined) return transport.attempt(server, this.#outgoing, context)
    try {
      const headers = attemptHeaders(settings.onAttempt, this.#outgoing, this.#payment, server)
      return await transport.attempt(server, { ...this.#outgoing, headers }, context)
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error
      process.emitWarning(`a request was not sent: ${error.message}`, 'PaylbWarning')
      this.isRefused = true
      return { evidence: 'not-sent', trouble: 'local', error }
    }
  }
}
