import { randomUUID } from 'node:crypto'

import {
  type Balancer,
  balancerOptionNames,
  type BalancerOptions,
  checkHealthCheck,
  checkOptions,
  createBalancer,
  defaultTimeouts,
  type HealthCheckOptions,
  type Random,
  type Rule,
  rules,
  type Timeouts,
} from '@paylb/core'
import { type PaymentOptions, paymentRules, type PaymentSettings, readPaymentOptions } from '@paylb/core/doors'

import { type Certificates, type CertificateStore, storeOf } from '../tls/certificates.ts'
import type { TlsOptions } from '../tls/tls-options.ts'
import type { PaymentRequest } from './payment-request.ts'

/** How a dispatcher sends. Times are in milliseconds, sizes in bytes. */
export interface ClientOptions extends PaymentOptions<PaymentRequest> {
  /** Default: connect 2 s, head 15 s, idle 15 s, total 45 s. */
  readonly timeouts?: Partial<Timeouts>
  /** A body up to this size is collected before it is sent, so that it can be sent again. Default 64 KiB. */
  readonly maxReplayBytes?: number
  /** An answer up to this size is held until it is complete, so that what is told is true. Default 64 KiB. */
  readonly maxAnswerBufferBytes?: number
  /** When the caller leaves after an unsafe request was sent: read its answer to the end, or cancel. Default `detach`. */
  readonly onClientAbort?: 'detach' | 'cancel'
  /** For servers on `https:`. Certificates are always verified, with at least TLS 1.2. */
  readonly tls?: TlsOptions | Certificates
  /**
   * Checks the servers, used or not: over HTTP where there is a `path`, else whether a connection opens. Not given, or
   * false: only servers with a `healthCheck` of their own are checked.
   */
  readonly healthCheck?: Partial<HealthCheckOptions> | false
}

/** Everything that `createDispatcher` can be told in one object. */
export type DispatcherOptions = BalancerOptions & ClientOptions

/** Client options with every default filled in. */
export interface ClientSettings extends PaymentSettings<PaymentRequest> {
  readonly timeouts: Timeouts
  readonly maxReplayBytes: number
  readonly maxAnswerBufferBytes: number
  readonly onClientAbort: 'detach' | 'cancel'
  readonly certificates: CertificateStore
  readonly healthCheck: Partial<HealthCheckOptions> | false
}

/** A balancer, the settings to send with, and whether the balancer was made here (and so ends here). */
export interface Configuration {
  readonly balancer: Balancer
  readonly ownsBalancer: boolean
  readonly random: Random
  readonly settings: ClientSettings
}

const bytes = rules.number(0, Number.MAX_SAFE_INTEGER, true)

const clientRules: Readonly<Record<keyof ClientOptions, Rule>> = {
  ...paymentRules,
  timeouts: rules.object,
  maxReplayBytes: bytes,
  maxAnswerBufferBytes: bytes,
  onClientAbort: rules.oneOf('detach', 'cancel'),
  tls: rules.object,
  healthCheck: rules.anything,
}

const timeoutRules: Readonly<Record<keyof Timeouts, Rule>> = {
  connectMs: rules.ms,
  headMs: rules.ms,
  idleMs: rules.ms,
  totalMs: rules.ms,
}

/**
 * Reads the arguments of `createDispatcher`: one object with everything, or a balancer made before and client options.
 *
 * @throws InvalidOptionsError
 */
export function configure(given: DispatcherOptions | Balancer, clientOptions: ClientOptions = {}): Configuration {
  if (isBalancer(given)) {
    return { balancer: given, ownsBalancer: false, random: Math.random, settings: readClientOptions(clientOptions) }
  }
  checkOptions(given, { ...everyBalancerOption, ...clientRules }, '')
  const entries = Object.entries(given)
  const part = (ofBalancer: boolean): object =>
    Object.fromEntries(entries.filter(([name]) => balancerOptionNames.has(name) === ofBalancer))
  const settings = readClientOptions({ ...part(false), ...clientOptions })
  const balancer = createBalancer(part(true) as BalancerOptions)
  return { balancer, ownsBalancer: true, random: given.random ?? Math.random, settings }
}

/* The balancer checks its own options; here they only have to be known. */
const everyBalancerOption: Readonly<Record<string, Rule>> = Object.fromEntries(
  [...balancerOptionNames].map((name) => [name, rules.anything]),
)

function readClientOptions(options: ClientOptions): ClientSettings {
  checkOptions(options, clientRules, '')
  const { timeouts = {} } = options
  checkOptions(timeouts, timeoutRules, 'timeouts')
  checkHealthCheck(options.healthCheck, 'healthCheck')
  return {
    ...readPaymentOptions(options, randomUUID),
    timeouts: { ...defaultTimeouts, ...timeouts },
    maxReplayBytes: options.maxReplayBytes ?? 65_536,
    maxAnswerBufferBytes: options.maxAnswerBufferBytes ?? 65_536,
    onClientAbort: options.onClientAbort ?? 'detach',
    certificates: storeOf(options.tls),
    healthCheck: options.healthCheck ?? false,
  }
}

function isBalancer(value: DispatcherOptions | Balancer): value is Balancer {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
}
