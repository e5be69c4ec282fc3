import type { AttemptContext, AttemptReport, Trouble } from '@paylb/core'
import type { Dispatcher } from 'undici'

import { AttemptDeadlines, type AttemptLimits } from './attempt-deadlines.ts'
import type { Connection, ConnectedHandler } from './connection.ts'
import type { Expiring } from './deadline.ts'
import { IncomingAnswer } from './incoming-answer.ts'
import { isStreamed, RequestBody, toDispatchOptions } from './request-body.ts'
import type { TransportAnswer, TransportRequest } from './request.ts'
import type { BodyFlow } from './streamed-answer.ts'
import { explained } from './tls/handshake-error.ts'
import { troubleOf, withoutBytes } from './trouble.ts'

/*
 * One attempt, from dispatch to its last byte: what undici tells about it becomes evidence.
 *
 * `onRequestStart` is the border. Before it, no byte of the request has left the process; from it on, anything short
 * of a whole answer may mean that the payment was executed. No error code moves that border.
 *
 * A request that waits for its connection cannot be withdrawn from undici. So an attempt that is given up while it
 * waits is over for good: should undici start it later all the same, it aborts at once, before anything is written.
 * Likewise it aborts when undici starts it a second time, because the first time may have been executed.
 */

/** The lifecycle of one request on one server. Reports exactly once. */
export class Attempt implements ConnectedHandler, BodyFlow, Expiring {
  connection: Connection | undefined
  isRefused = false
  readonly #request: TransportRequest
  readonly #report: (report: AttemptReport<TransportAnswer>) => void
  readonly #body: RequestBody | undefined
  readonly #deadlines: AttemptDeadlines
  readonly #answer: IncomingAnswer
  #controller: Dispatcher.DispatchController | undefined
  #hasEnded = false
  #isOver = false

  constructor(
    request: TransportRequest,
    context: AttemptContext,
    limits: AttemptLimits,
    report: (report: AttemptReport<TransportAnswer>) => void,
  ) {
    this.#request = request
    this.#report = report
    this.#body = isStreamed(request.body) ? new RequestBody(request.body) : undefined
    this.#answer = new IncomingAnswer(request, limits.maxAnswerBufferBytes, this)
    this.#deadlines = new AttemptDeadlines(context, limits, this)
  }

  /** Hands the request to `dispatcher`. `path` is the whole path on the wire. */
  dispatch(dispatcher: Dispatcher, path: string, servername: string): void {
    const { signal } = this.#request
    if (signal?.aborted === true) return this.#giveUp('cancelled', signal.reason)
    if (!path.startsWith('/')) return this.#giveUp('local', new TypeError('the path of a request must begin with /'))
    signal?.addEventListener('abort', this)
    try {
      dispatcher.dispatch(toDispatchOptions(this.#request, this.#body, path, servername), this)
    } catch (error) {
      this.#giveUp('local', error)
    }
  }

  /** The request begins to be written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) return controller.abort(new Error('given up before it was sent'))
    const isSecondStart = this.#controller !== undefined
    this.#controller = controller
    if (this.#request.detachesOnceSent === true) this.#request.signal?.removeEventListener('abort', this)
    if (isSecondStart) this.#giveUp('connection', new Error('would have been sent twice'))
    else this.#deadlines.started(this.#body !== undefined)
  }

  /** The request's last byte was handed to the socket. The server has its time from now on. */
  onRequestSent(): void {
    if (!this.#isOver) this.#deadlines.sent()
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusMessage?: string,
  ): void {
    if (this.#isOver) return
    if (status >= 200) {
      this.#deadlines.reading()
      const raw = (controller.rawHeaders ?? []) as Buffer[] // over HTTP/1.1 always a flat list of bytes
      const report = this.#answer.begin(status, statusMessage ?? '', raw)
      if (this.#answer.head?.framing === 'foreign') this.#giveUp('malformed', new Error('a foreign transfer coding'))
      else this.#tell(report)
    } else if (!this.#answer.allowsInterim()) {
      this.#giveUp('malformed', new Error('too many interim answers'))
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    if (!controller.paused) this.#deadlines.reading()
    this.#tell(this.#answer.take(chunk))
  }

  /* Bytes after the end stand in the same packet, more often than not: undici finds them before the microtask runs. */
  onResponseEnd(): void {
    this.#hasEnded = true
    void Promise.resolve().then(() => this.#complete()) // Node's own queueMicrotask costs several times as much
  }

  onResponseError(controller: Dispatcher.DispatchController | null, error: Error): void {
    this.isRefused = controller === null
    const source = this.#body?.failure
    if (source === undefined)
      this.#fail(troubleOf(error, this.#answer.head !== undefined), explained(withoutBytes(error)))
    else this.#fail('cancelled', source.error, this.#isIncomplete())
  }

  onDeadline(): void {
    this.#giveUp('timeout', new Error(`waited too long for the ${this.#deadlines.phase}`))
  }

  /** The caller's signal aborts. */
  handleEvent(): void {
    this.#giveUp('cancelled', this.#request.signal?.reason)
  }

  pause(): void {
    this.#controller?.pause()
    if (!this.#isOver) this.#deadlines.paused()
  }

  resume(): void {
    if (!this.#isOver) this.#deadlines.reading()
    this.#controller?.resume()
  }

  abandon(): void {
    this.#finish()
    this.#controller?.abort(new Error('the answer was abandoned'))
  }

  #tell(report: AttemptReport<TransportAnswer> | undefined): void {
    if (report !== undefined) this.#report(report)
  }

  #complete(): void {
    if (this.#isOver) return
    const broken = this.connection?.failure
    if (broken !== undefined) return this.#fail(troubleOf(broken, true), withoutBytes(broken))
    if (!this.#answer.isProvablyWhole()) {
      return this.#fail('malformed', new Error('nothing tells whether the answer is whole'))
    }
    this.#finish()
    this.#tell(this.#answer.complete())
  }

  /* We end the attempt: first what is known, then the abort, whose echo finds the attempt over. */
  #giveUp(trouble: Trouble, error: unknown): void {
    if (this.#isOver || this.#hasEnded) return
    this.#fail(trouble, error, this.#isIncomplete())
    this.#controller?.abort(new Error('the attempt was given up', { cause: error }))
  }

  /* A server that answers already may not wait for the rest of the body, so then nothing is claimed. */
  #isIncomplete(): boolean {
    if (this.#body === undefined || this.#controller === undefined) return false
    return !this.#body.handedOver && this.#answer.head === undefined
  }

  #fail(trouble: Trouble, error: unknown, incomplete = false): void {
    if (this.#isOver) return
    this.#finish()
    if (this.#answer.cut(error, this.#isCallersDoing(trouble) ? 'abandoned' : 'cut')) return
    if (this.#controller === undefined) this.connection?.giveUpConnecting()
    const evidence = this.#controller === undefined ? 'not-sent' : 'sent'
    const status = this.#answer.head?.status
    this.#report({
      evidence,
      trouble,
      error,
      ...(status === undefined ? {} : { status }),
      ...(incomplete ? { incomplete } : {}),
    })
  }

  /* A caller who leaves, or who reads so slowly that the time is up, says nothing about the server. */
  #isCallersDoing(trouble: Trouble): boolean {
    return trouble === 'cancelled' || (trouble === 'timeout' && this.#controller?.paused === true)
  }

  #finish(): void {
    this.#isOver = true
    this.#deadlines.over()
    this.#request.signal?.removeEventListener('abort', this)
  }
}
