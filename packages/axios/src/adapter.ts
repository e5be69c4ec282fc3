import { finished } from 'node:stream'
import { PaylbError } from '@paylb/core'
import type { Balancer, Call, Told } from '@paylb/core'
import { HookFailure } from '@paylb/core/doors'
import { getAdapter } from 'axios'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { isStream } from './answer.ts'
import { callFor } from './balanced-call.ts'
import type { Means } from './balanced-call.ts'
import { watchCaller } from './caller.ts'
import type { Caller } from './caller.ts'
import { failure, hookFailed, statusError } from './errors.ts'
import { readClientOptions } from './options.ts'
import type { ClientOptions, ClientSettings } from './options.ts'
import { loadTransport } from './undici/load.ts'

/*
 * Balancing stands in the adapter, below interceptors and transforms: those run once per call, as they do without
 * paylb, and every attempt sends what they have made.
 */

/** An adapter that balances, and what it knows of the calls that went through it. */
export interface BalancedAdapter {
  readonly adapter: AxiosAdapter
  /** What may be told of a call; undefined when it never reached the adapter. */
  toldOf(config: object): Told | undefined
}

/**
 * Makes an axios adapter that carries each request over a balancer's servers, for instances that are put together by
 * hand; `paylb` does the same and also guards the errors that axios makes after the adapter.
 *
 * @throws InvalidOptionsError
 */
export function createAdapter(balancer: Balancer, options: ClientOptions = {}): AxiosAdapter {
  return balancedAdapter(balancer, readClientOptions(options), getAdapter('http')).adapter
}

/** @param carrier the adapter that carries each attempt; evidence can be had only from axios' own for Node */
export function balancedAdapter(balancer: Balancer, settings: ClientSettings, carrier: AxiosAdapter): BalancedAdapter {
  const tolds = new WeakMap<object, Told>()
  const { timeouts, tls } = settings
  const { connectMs, totalMs: idleMs } = timeouts
  const transport =
    settings.transport === 'undici'
      ? loadTransport(balancer, { connectMs, idleMs, ...(tls === undefined ? {} : { tls }) })
      : undefined
  const means = { carrier, isWatched: carrier === getAdapter('http'), settings, transport }
  const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
    let told: Told = { outcome: 'not-executed', attempts: [] }
    const learn = (latest: Told): void => {
      told = latest
      tolds.set(config, latest)
    }
    learn(told)
    const caller = watchCaller(config)
    let response: AxiosResponse
    try {
      const call = prepared(config, caller, means)
      learn({ outcome: 'unknown', attempts: [] })
      response = await balancer.run({ ...call, onTold: learn })
    } catch (error) {
      caller.release()
      throw failure(error, config, caller, told)
    }
    releaseAfter(response, caller)
    response.config = config
    return settle(response, told)
  }
  return { adapter, toldOf: (config) => tolds.get(config) }
}

function prepared(config: InternalAxiosRequestConfig, caller: Caller, means: Means): Call<AxiosResponse> {
  try {
    return callFor(config, caller, means)
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error
    const cause = hookFailed(error)
    throw new PaylbError('internal', cause.message, { cause })
  }
}

/** Ends a call as axios does, once for all attempts. */
function settle(response: AxiosResponse, told: Told): AxiosResponse {
  for (const name of Object.keys(response.headers)) {
    if (/^paylb-/iu.test(name)) Reflect.deleteProperty(response.headers, name)
  }
  Object.defineProperty(response, 'paylb', { value: told })
  const { validateStatus } = response.config
  const isAccepted = typeof validateStatus !== 'function' || validateStatus(response.status)
  if (!isAccepted) throw statusError(response, told)
  return response
}

/* While a body is on its way its caller can still cancel. */
function releaseAfter(response: AxiosResponse, caller: Caller): void {
  const data: unknown = response.data
  if (isStream(data)) finished(data, () => caller.release())
  else caller.release()
}
