import { finished } from 'node:stream'
import { InvalidOptionsError, PaylbError } from '@paylb/core'
import type { Balancer } from '@paylb/core'
import { HookFailure } from '@paylb/core/doors'
import { getAdapter } from 'axios'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { AxiosAdapter as RequiredAdapter } from 'axios' with { 'resolution-mode': 'require' }
import { isStream } from './answer.ts'
import { BalancedCall } from './balanced-call.ts'
import { Caller } from './caller.ts'
import { failure, hookFailed, nothingSent, statusError } from './errors.ts'
import type { Known } from './errors.ts'
import type { Means } from './means.ts'
import { readClientOptions } from './options.ts'
import type { ClientOptions, ClientSettings } from './options.ts'
import { EnvironmentProxies } from './proxies.ts'
import { serverAgents } from './tls/server-agents.ts'
import { loadTransport } from './undici/load.ts'

/*
 * Balancing stands in the adapter, below interceptors and transforms: those run once per call, as they do without
 * paylb, and every attempt sends what they have made.
 */

/** An adapter that balances, and what it knows of the calls that went through it. */
export interface BalancedAdapter {
  readonly adapter: AxiosAdapter
  /** What is known of a call; undefined when it never reached the adapter. */
  knownOf(config: object): Known | undefined
}

/**
 * Makes an axios adapter that carries each request over a balancer's servers, for instances that are put together by
 * hand; `paylb` does the same and also guards the errors that axios makes after the adapter.
 *
 * @throws InvalidOptionsError
 */
export function createAdapter(balancer: Balancer, options: ClientOptions = {}): AxiosAdapter & RequiredAdapter {
  const { adapter } = balancedAdapter(balancer, readClientOptions(options), getAdapter('http'))
  return adapter as AxiosAdapter & RequiredAdapter
}

/** @param carrier the adapter that carries each attempt; evidence can be had only from axios' own for Node */
export function balancedAdapter(balancer: Balancer, settings: ClientSettings, carrier: AxiosAdapter): BalancedAdapter {
  const known = new WeakMap<object, Known>()
  const { timeouts, tls } = settings
  const { connectMs, totalMs: idleMs } = timeouts
  const secured = tls === undefined ? {} : { tls }
  const transport =
    settings.transport === 'undici' ? loadTransport(balancer, { connectMs, idleMs, ...secured }) : undefined
  const isWatched = carrier === getAdapter('http')
  if (tls !== undefined && transport === undefined && !isWatched) {
    throw new InvalidOptionsError(
      'tls',
      'is for the adapters of axios and paylb; one of your own secures its connections itself',
    )
  }
  const agentOf = tls === undefined || transport !== undefined ? undefined : serverAgents(tls, balancer)
  const means = { carrier, isWatched, settings, transport, agentOf, proxies: new EnvironmentProxies(isWatched) }
  const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
    const caller = new Caller(config)
    let call: BalancedCall | undefined
    let response: AxiosResponse
    try {
      call = prepared(config, means, caller)
      known.set(config, call.known)
      response = await balancer.run(call)
    } catch (error) {
      caller.release()
      throw failure(error, config, caller, call?.known ?? nothingSent)
    }
    releaseAfter(response, caller)
    response.config = config
    return settle(response, call.known)
  }
  return { adapter, knownOf: (config) => known.get(config) }
}

function prepared(config: InternalAxiosRequestConfig, means: Means, caller: Caller): BalancedCall {
  try {
    return new BalancedCall(config, means, caller.signal)
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error
    const cause = hookFailed(error)
    throw new PaylbError('internal', cause.message, { cause })
  }
}

/** Ends a call as axios does, once for all attempts. */
function settle(response: AxiosResponse, known: Known): AxiosResponse {
  for (const name of Object.keys(response.headers)) {
    if (/^paylb-/iu.test(name)) Reflect.deleteProperty(response.headers, name)
  }
  Object.defineProperty(response, 'paylb', { value: known.told })
  if (!isAccepted(response, known)) throw statusError(response, known)
  return response
}

/* The payment is what it is, whatever a function of the user's does. */
function isAccepted(response: AxiosResponse, known: Known): boolean {
  const { validateStatus } = response.config
  try {
    return typeof validateStatus !== 'function' || validateStatus(response.status)
  } catch (error) {
    throw statusError(response, known, error)
  }
}

/* While a body is on its way its caller can still cancel. */
function releaseAfter(response: AxiosResponse, caller: Caller): void {
  const data: unknown = response.data
  if (isStream(data)) finished(data, () => caller.release())
  else caller.release()
}
