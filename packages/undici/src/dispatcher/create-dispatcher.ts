import { type Balancer, PaylbError } from '@paylb/core'
import { Dispatcher, Dispatcher1Wrapper } from 'undici'

import { createHealthChecker, type HealthChecker } from '../health-check/health-checker.ts'
import { createTransport } from '../transport.ts'
import { Exchange, type ExchangeParts } from './exchange.ts'
import { type ClientOptions, configure, type DispatcherOptions } from './options.ts'

/* Node's own fetch knows dispatchers by the types of another undici, where those of Node are installed. */
type DispatcherOfNode = RequestInit extends { dispatcher?: infer Theirs } ? NonNullable<Theirs> : unknown

/** A dispatcher that balances. Its origin is a name for the pool: `http://payments/charges`. */
export type PaymentDispatcher = Dispatcher &
  DispatcherOfNode & {
    /** The balancer that picks the servers. */
    readonly balancer: Balancer
  }

/**
 * Makes a dispatcher for fetch, for undici's own functions, and for clients built on them, that sends each request to
 * one of the servers, moves on where that cannot charge twice, and never sends a payment again that may have been
 * executed. Every answer says what became of the payment in `paylb-outcome`, every error in its `outcome`; fetch has
 * that error as the `cause` of its own.
 *
 * @example
 * const dispatcher = createDispatcher({ servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] })
 * await fetch('http://payments/charges', { method: 'POST', body, headers: { 'Idempotency-Key': 'order-17' }, dispatcher })
 * @param options the options of a balancer and of the client in one object, or a balancer that was made before
 * @throws InvalidOptionsError that names the option's path, its value and what is allowed
 */
export function createDispatcher(options: DispatcherOptions): PaymentDispatcher
export function createDispatcher(balancer: Balancer, clientOptions?: ClientOptions): PaymentDispatcher
export function createDispatcher(
  given: DispatcherOptions | Balancer,
  clientOptions?: ClientOptions,
): PaymentDispatcher {
  const { balancer, ownsBalancer, random, settings } = configure(given, clientOptions)
  const { connectMs, idleMs } = settings.timeouts
  const { certificates, healthCheck, maxAnswerBufferBytes } = settings
  const transport = createTransport({ connectMs, idleMs, maxAnswerBufferBytes, tls: certificates })
  const unobserve = balancer.observe({
    onServerRemoved: (server) => void transport.forget(server),
    onWarning: ({ message, error }) => process.emitWarning(withCause(message, error), 'PaylbWarning'),
    onClose: () => void transport.close(),
  })
  warnOfStrangers(certificates.ids, balancer)
  const checker = createHealthChecker(balancer, { healthCheck, tls: certificates, random })
  const parts = { balancer, transport, settings, checker, unobserve, ownsBalancer }
  return new BothGenerations(new BalancedDispatcher(parts)) as Dispatcher as PaymentDispatcher
}

interface DispatcherParts extends ExchangeParts {
  readonly checker: HealthChecker
  readonly unobserve: () => void
  readonly ownsBalancer: boolean
}

class BalancedDispatcher extends Dispatcher {
  readonly balancer: Balancer
  readonly #parts: DispatcherParts
  readonly #exchanges = new Set<Exchange>()
  #closed: Promise<void> | undefined

  constructor(parts: DispatcherParts) {
    super()
    this.balancer = parts.balancer
    this.#parts = parts
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const exchange = new Exchange(options, handler, this.#parts)
    if (this.#closed !== undefined) {
      exchange.finished(new PaylbError('not-executed', 'not executed: the dispatcher is closed'))
      return false
    }
    this.#exchanges.add(exchange)
    void exchange.run().then(() => this.#exchanges.delete(exchange))
    return true
  }

  override close(): Promise<void>
  override close(callback: () => void): void
  override close(callback?: () => void): Promise<void> | void {
    return calledBack(this.#close(), callback)
  }

  override destroy(error?: Error | null): Promise<void>
  override destroy(callback: () => void): void
  override destroy(error: Error | null, callback: () => void): void
  override destroy(given?: Error | null | (() => void), callback?: () => void): Promise<void> | void {
    const error = typeof given === 'function' ? undefined : given
    return calledBack(this.#destroy(error ?? undefined), typeof given === 'function' ? given : callback)
  }

  #close(withinMs = 10_000): Promise<void> {
    this.#closed ??= this.#end(withinMs)
    return this.#closed
  }

  async #destroy(error = new Error('the dispatcher was destroyed')): Promise<void> {
    const closed = this.#close(0)
    for (const exchange of this.#exchanges) exchange.abort(error)
    await this.#parts.transport.close({ withinMs: 0 })
    await closed
  }

  async #end(withinMs: number): Promise<void> {
    const { balancer, ownsBalancer, checker, transport, unobserve } = this.#parts
    const checksEnded = checker.close()
    if (ownsBalancer) await balancer.close({ withinMs })
    unobserve()
    await Promise.all([transport.close({ withinMs }), checksEnded])
  }
}

/* The fetch that is built into Node still speaks to dispatchers in the words of undici 7 and before. */
class BothGenerations extends Dispatcher1Wrapper {
  readonly balancer: Balancer

  constructor(dispatcher: BalancedDispatcher) {
    super(dispatcher)
    this.balancer = dispatcher.balancer
  }
}

/* A server may join later; whoever has misspelt an id must learn it before its payments fail. */
function warnOfStrangers(ids: readonly string[], { servers }: Balancer): void {
  const strangers = ids.filter((id) => !servers.some((server) => server.id === id))
  if (strangers.length === 0) return
  const known = servers.map((server) => server.id).join(', ')
  process.emitWarning(`tls.servers names ${strangers.join(', ')}, but the servers are ${known}`, 'PaylbWarning')
}

function calledBack(done: Promise<void>, callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return done
  void callBack(done, callback)
}

async function callBack(done: Promise<void>, callback: () => void): Promise<void> {
  await done
  callback()
}

function withCause(message: string, error: unknown): string {
  return error instanceof Error ? `${message}: ${error.message}` : message
}
