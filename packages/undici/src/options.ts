import type { SecureContextOptions } from 'node:tls'

import { checkOptions, defaultTimeouts, type Rule, rules } from '@paylb/core'

import type { AttemptLimits } from './attempt.ts'

/** How a transport behaves. Times are in milliseconds. */
export interface TransportOptions {
  /** To a connected socket, TLS included. Default 2 s. */
  readonly connectMs?: number
  /** Between two chunks of an answer's body, while somebody reads it. Default 15 s. */
  readonly idleMs?: number
  /** The longest answer that is held until complete, in bytes. Longer ones are streamed. Default 64 KiB. */
  readonly maxAnswerBufferBytes?: number
  /** For servers on `https:`. Certificates are always verified, with at least TLS 1.2. */
  readonly tls?: TlsOptions
}

/** The authorities to trust instead of the well-known ones, and this client's own certificate where servers ask for one. */
export type TlsOptions = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx'>

/** Options with every default filled in. */
export interface TransportSettings extends AttemptLimits {
  readonly tls: TlsOptions
}

const transportRules: Readonly<Record<keyof TransportOptions, Rule>> = {
  connectMs: rules.ms,
  idleMs: rules.ms,
  maxAnswerBufferBytes: rules.number(0, Infinity, true),
  tls: rules.object,
}

const tlsRules: Readonly<Record<keyof TlsOptions, Rule>> = {
  ca: rules.anything,
  cert: rules.anything,
  key: rules.anything,
  passphrase: rules.text,
  pfx: rules.anything,
}

/** @throws InvalidOptionsError at the first option that is unknown or wrong */
export function readOptions(options: TransportOptions): TransportSettings {
  checkOptions(options, transportRules, '')
  return {
    connectMs: options.connectMs ?? defaultTimeouts.connectMs,
    idleMs: options.idleMs ?? defaultTimeouts.idleMs,
    maxAnswerBufferBytes: options.maxAnswerBufferBytes ?? 65_536,
    tls: readTls(options.tls),
  }
}

/** @throws InvalidOptionsError at the first option that is unknown or wrong */
export function readTls(tls: TlsOptions = {}): TlsOptions {
  checkOptions(tls, tlsRules, 'tls')
  return tls
}
