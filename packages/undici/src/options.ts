import { checkOptions, defaultTimeouts, type Rule, rules } from '@paylb/core'

import { Alarm } from './alarm.ts'
import type { AttemptLimits } from './attempt-deadlines.ts'
import { type Certificates, type CertificateStore, storeOf } from './tls/certificates.ts'
import type { TlsOptions } from './tls/tls-options.ts'

/** How a transport behaves. Times are in milliseconds. */
export interface TransportOptions {
  /** To a connected socket, TLS included. Default 2 s. */
  readonly connectMs?: number
  /** Between two chunks of an answer's body, while somebody reads it. Default 15 s. */
  readonly idleMs?: number
  /** The longest answer that is held until complete, in bytes. Longer ones are streamed. Default 64 KiB. */
  readonly maxAnswerBufferBytes?: number
  /** For servers on `https:`. Certificates are always verified, with at least TLS 1.2. */
  readonly tls?: TlsOptions | Certificates
}

/** Options with every default filled in. */
export interface TransportSettings extends AttemptLimits {
  readonly certificates: CertificateStore
}

const transportRules: Readonly<Record<keyof TransportOptions, Rule>> = {
  connectMs: rules.ms,
  idleMs: rules.ms,
  maxAnswerBufferBytes: rules.number(0, Infinity, true),
  tls: rules.object,
}

/** @throws InvalidOptionsError at the first option that is unknown or wrong */
export function readOptions(options: TransportOptions): TransportSettings {
  checkOptions(options, transportRules, '')
  return {
    connectMs: options.connectMs ?? defaultTimeouts.connectMs,
    idleMs: options.idleMs ?? defaultTimeouts.idleMs,
    maxAnswerBufferBytes: options.maxAnswerBufferBytes ?? 65_536,
    alarm: new Alarm(),
    certificates: storeOf(options.tls),
  }
}
