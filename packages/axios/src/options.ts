import { randomUUID } from 'node:crypto'
import { balancerOptionNames, checkOptions, defaultTimeouts, InvalidOptionsError, rules } from '@paylb/core'
import type { BalancerOptions, Rule } from '@paylb/core'
import { paymentRules, readPaymentOptions } from '@paylb/core/doors'
import type { PaymentOptions, PaymentSettings } from '@paylb/core/doors'
import type { InternalAxiosRequestConfig } from 'axios'
import { isCertificates } from './tls/certificates.ts'
import type { Certificates, CertificatesByServer } from './tls/certificates.ts'

/** Deadlines of a call, in milliseconds. */
export interface CallTimeouts {
  /** To a connected socket, for each attempt. Default 2 000. */
  readonly connectMs: number
  /** To the head of the answer, for each attempt. Default 15 000. */
  readonly headMs: number
  /** Over everything, the body included. Default 45 000. The `timeout` of axios, where it is shorter, takes its place. */
  readonly totalMs: number
}

/** What `paylb` can be told beside the options of a balancer. */
export interface ClientOptions extends PaymentOptions<InternalAxiosRequestConfig> {
  readonly timeouts?: Partial<CallTimeouts>
  /**
   * What carries a call: axios' own adapter (the default), or `undici`: several times as fast, with evidence from the life
   * of each request. It needs the package `@paylb/undici`.
   */
  readonly transport?: 'axios' | 'undici'
  /** For servers on `https:`: made with `createCertificates`. Each client certificate has connections of its own. */
  readonly tls?: Certificates
}

/** Everything that can stand in the second argument of `paylb`. */
export type PaylbOptions = BalancerOptions & ClientOptions

/** Client options with every default filled in. */
export interface ClientSettings extends PaymentSettings<InternalAxiosRequestConfig> {
  readonly timeouts: CallTimeouts
  readonly transport: 'axios' | 'undici'
  readonly tls: CertificatesByServer | undefined
}

const clientRules: Readonly<Record<keyof ClientOptions, Rule>> = {
  ...paymentRules,
  timeouts: rules.object,
  transport: rules.oneOf('axios', 'undici'),
  tls: rules.object,
}

const timeoutRules: Readonly<Record<keyof CallTimeouts, Rule>> = {
  connectMs: rules.ms,
  headMs: rules.ms,
  totalMs: rules.ms,
}

/** Checks client options and fills in the defaults. @throws InvalidOptionsError at the first that is unknown or wrong */
export function readClientOptions(options: ClientOptions): ClientSettings {
  checkOptions(options, clientRules, '')
  const timeouts = options.timeouts ?? {}
  checkOptions(timeouts, timeoutRules, 'timeouts')
  const { transport = 'axios', tls } = options
  if (tls !== undefined && !isCertificates(tls)) {
    throw new InvalidOptionsError('tls', 'must be made with createCertificates(...) of @paylb/undici, which checks it')
  }
  return {
    ...readPaymentOptions(options, randomUUID),
    transport,
    tls,
    timeouts: {
      connectMs: timeouts.connectMs ?? defaultTimeouts.connectMs,
      headMs: timeouts.headMs ?? defaultTimeouts.headMs,
      totalMs: timeouts.totalMs ?? defaultTimeouts.totalMs,
    },
  }
}

/** Parts the client's options from the balancer's, which core checks. @throws InvalidOptionsError for an unknown one */
export function splitOptions(options: PaylbOptions): { balancer: BalancerOptions; client: ClientOptions } {
  const ofBalancer = Object.fromEntries([...balancerOptionNames].map((name) => [name, rules.anything]))
  checkOptions(options, { ...ofBalancer, ...clientRules }, '')
  const entries = Object.entries(options)
  const part = (isOfBalancer: boolean): object =>
    Object.fromEntries(entries.filter(([name]) => balancerOptionNames.has(name) === isOfBalancer))
  return { balancer: part(true) as BalancerOptions, client: part(false) }
}
