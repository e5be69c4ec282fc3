import { checkFields, flag, matching, milliseconds, oneOf, port, text, wholeNumber } from '../validation.ts'
import type { Rule } from '../validation.ts'
import { checkFaults } from './faults.ts'
import type { Faults } from './faults.ts'

/** Which answers a ledger stores under a key and replays. */
export type Dedupe = 'everything' | 'successes' | 'none'

/** How a payment server is started. Everything has a default. */
export interface PaymentServerOptions {
  /** The server's name in the ledger; `127.0.0.1:port` unless given. */
  readonly id?: string
  /** 0, the default, takes a free port. */
  readonly port?: number
  /**
   * The SQLite file of the ledger, made where it is missing. Servers with the same file share a ledger. Not given: a
   * file of its own that is deleted on `close`.
   */
  readonly ledgerFile?: string
  /**
   * `everything` (default): each conclusion is stored and replayed. `successes`: only a 2xx that was answered, so a key
   * executes again after a 5xx. `none`: keys are ignored.
   */
  readonly dedupe?: Dedupe
  /** Executes without deduplication while the key store is down, instead of answering 503. Default false. */
  readonly failsOpen?: boolean
  /** Puts `endpoint-load-metrics` into answers: requests in flight by `capacity`, or what the function returns. */
  readonly loadReport?: boolean | (() => number)
  /** How many requests in flight are a load of 1. Default 100. */
  readonly capacity?: number
  /** Where the chance in faults starts. Default 1. */
  readonly seed?: number
  /** Keeps what arrived in `server.requests`. Default false. */
  readonly recordRequests?: boolean
  /** How long an idle connection is kept. Default 5 000. */
  readonly keepAliveMs?: number
  readonly faults?: Faults
}

export type Settings = Required<Omit<PaymentServerOptions, 'id' | 'ledgerFile'>>

const optionRules: Readonly<Record<keyof PaymentServerOptions, Rule>> = {
  id: text,
  port,
  ledgerFile: text,
  dedupe: oneOf('everything', 'successes', 'none'),
  failsOpen: flag,
  loadReport: matching('true, false, a function', (value) => ['boolean', 'function'].includes(typeof value)),
  capacity: wholeNumber(1, 1_000_000),
  seed: wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  recordRequests: flag,
  keepAliveMs: milliseconds,
  faults: matching('faults', () => true),
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError that names the path, the value and what is allowed
 */
export function settingsOf(options: PaymentServerOptions): Settings {
  checkFields(options, optionRules, 'options')
  const { faults = [] } = options
  checkFaults(faults)
  return {
    port: options.port ?? 0,
    dedupe: options.dedupe ?? 'everything',
    failsOpen: options.failsOpen ?? false,
    loadReport: options.loadReport ?? false,
    capacity: options.capacity ?? 100,
    seed: options.seed ?? 1,
    recordRequests: options.recordRequests ?? false,
    keepAliveMs: options.keepAliveMs ?? 5_000,
    faults,
  }
}
