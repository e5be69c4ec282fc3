import { createBalancer, InvalidOptionsError } from '@paylb/core'
import type { Balancer } from '@paylb/core'
import { AxiosError, getAdapter, isAxiosError, isCancel } from 'axios'
import type { AxiosAdapter, AxiosInstance } from 'axios'
import type { AxiosInstance as RequiredInstance } from 'axios' with { 'resolution-mode': 'require' }
import { balancedAdapter } from './adapter.ts'
import type { BalancedAdapter } from './adapter.ts'
import { nothingSent, payment } from './errors.ts'
import { readClientOptions, splitOptions } from './options.ts'
import type { ClientOptions, ClientSettings, PaylbOptions } from './options.ts'
import { seal } from './seal.ts'
import { findBypass, findOtherAgent } from './target.ts'
import type { Problem } from './target.ts'
import { findUnsupported } from './undici/unsupported.ts'

const balancedMark = Symbol.for('paylb.axios')

/** What `paylb` adds to an instance. */
export interface Balanced {
  /** The balancer that picks the servers of this instance. */
  readonly paylb: Balancer
}

/* AxiosError cannot be extended like this: its type parameters differ from one axios to the next. See `isPaymentError`. */
declare module 'axios' {
  interface AxiosInstance {
    /** The balancer that picks the servers of this instance; undefined where `paylb` has not wrapped it. */
    readonly paylb?: Balancer
  }
}

/**
 * Balances every call of an axios instance over a pool of servers, and never sends a payment twice that may have been
 * executed. The same instance comes back; interceptors, transforms and defaults go on as before. Calls name a path.
 *
 * Redirects are never followed, and `proxy` is off unless it is set: through a proxy, evidence ends at the proxy.
 *
 * @example
 * const payments = paylb(axios.create({ timeout: 5_000 }), { servers: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] })
 * await payments.post('/charges', { amount: 1_000 }, { headers: { 'Idempotency-Key': 'order-17' } })
 * @param given an instance of axios, of its modules or of its CommonJS
 * @param options the options of a balancer and of the client in one object, or a balancer that was made before
 * @param clientOptions with a balancer that was made before: the options of the client
 * @throws InvalidOptionsError for a wrong option, and for an instance that cannot be balanced
 */
export function paylb<Instance extends AxiosInstance | RequiredInstance>(
  given: Instance,
  options: PaylbOptions | Balancer,
  clientOptions?: ClientOptions,
): Instance & Balanced {
  const instance = given as AxiosInstance // in what is done with it here, the two are one
  const carrier = carrierOf(instance)
  const { balancer, client } = isBalancer(options)
    ? { balancer: options, client: readClientOptions(clientOptions ?? {}) }
    : make(options, clientOptions)
  if (client.transport === 'undici') refuseUnsupported(instance)
  else if (client.tls !== undefined) refuseProblem(findOtherAgent(instance.defaults))
  const balanced = balancedAdapter(balancer, client, carrier)
  Object.defineProperty(balanced.adapter, balancedMark, { value: true })
  instance.defaults.adapter = balanced.adapter
  refuseOtherAdapters(instance, balanced)
  guardErrors(instance, balanced)
  return Object.defineProperty(given, 'paylb', { value: balancer }) as Instance & Balanced
}

function refuseUnsupported({ defaults }: AxiosInstance): void {
  if (typeof defaults.adapter === 'function') {
    throw new InvalidOptionsError(
      'transport',
      "'undici' takes the place of the adapter that the instance brings with it",
    )
  }
  refuseProblem(findUnsupported(defaults))
}

function refuseProblem(problem: Problem | undefined): void {
  if (problem !== undefined) throw new InvalidOptionsError(problem.path, problem.text)
}

function make(
  options: PaylbOptions,
  clientOptions: ClientOptions | undefined,
): { balancer: Balancer; client: ClientSettings } {
  const parts = splitOptions(options)
  const client = readClientOptions({ ...parts.client, ...clientOptions })
  return { balancer: createBalancer(parts.balancer), client }
}

function isBalancer(options: unknown): options is Balancer {
  return typeof options === 'object' && options !== null && 'run' in options && typeof options.run === 'function'
}

/* The adapter that carries each attempt. Of axios' own, only the one for Node shows its sockets. */
function carrierOf(instance: AxiosInstance): AxiosAdapter {
  if (typeof instance !== 'function' || typeof instance.defaults !== 'object') {
    throw new InvalidOptionsError('instance', 'is not an axios instance; make one with axios.create()')
  }
  if ('Axios' in instance) {
    throw new InvalidOptionsError(
      'instance',
      'axios itself cannot be balanced, every part of the program uses it; make an instance with axios.create()',
    )
  }
  refuseProblem(findBypass(instance.defaults))
  const { adapter } = instance.defaults
  if (typeof adapter !== 'function') return namedCarrier(adapter)
  if (balancedMark in adapter)
    throw new InvalidOptionsError('instance', 'is balanced already; paylb(...) wraps an instance once')
  return adapter
}

function namedCarrier(adapter: AxiosInstance['defaults']['adapter']): AxiosAdapter {
  const http = getAdapter('http')
  if (getAdapter(adapter) === http) return http
  throw new InvalidOptionsError(
    'adapter',
    'must be "http" or a function: with the others it cannot be proven whether a payment was sent',
  )
}

/*
 * A call that names an adapter of its own would reach a server without balancing and without evidence. This
 * interceptor was added first, so it runs last and sees what the others made of the call.
 *
 * It is asynchronous on purpose: without one, axios 1.7 lets some errors bypass the interceptors of responses.
 */
function refuseOtherAdapters(instance: AxiosInstance, balanced: BalancedAdapter): void {
  instance.interceptors.request.use(async (config) => {
    if (config.adapter === balanced.adapter) return config
    const message =
      'payment not executed: the call or the defaults name another adapter, which would lead past paylb; ' +
      'give an adapter of your own to axios.create() before paylb(...) wraps the instance'
    const error = new AxiosError(message, AxiosError.ERR_BAD_OPTION, config)
    throw payment(error, nothingSent)
  })
}

/*
 * Errors that axios makes outside the adapter, when it parses an answer or finds the call cancelled, carry the request
 * too.
 */
function guardErrors(instance: AxiosInstance, balanced: BalancedAdapter): void {
  instance.interceptors.response.use(undefined, (error: unknown) => {
    if (isAxiosError(error)) guard(error, balanced)
    throw error
  })
}

function guard(error: AxiosError, balanced: BalancedAdapter): void {
  const { config } = error
  const known = config === undefined ? undefined : balanced.knownOf(config)
  if ('outcome' in error) seal(error)
  else if (known !== undefined) payment(error, known)
  else if (isCancel(error) && config?.adapter === balanced.adapter) payment(error, nothingSent)
  else seal(error)
}
