import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  balancerOptionNames,
  checkHealthCheck,
  checkOptions,
  createBalancer,
  defaultTimeouts,
  InvalidOptionsError,
  rules,
} from '@paylb/core'
import type { Balancer, BalancerOptions, HealthCheckOptions, Random, Rule, Timeouts } from '@paylb/core'
import { paymentRules, readPaymentOptions } from '@paylb/core/doors'
import type { PaymentOptions, PaymentSettings } from '@paylb/core/doors'
import { createCertificates } from '@paylb/undici'
import type { Certificates, TlsOptions } from '@paylb/undici'
import type { Trust } from './admission/forwarded-fields.ts'
import { compileTrust } from './admission/compile-trust.ts'
import type { TrustProxy } from './admission/compile-trust.ts'
import { compileFilter, compileRewrite } from './path-filter.ts'
import type { PathFilter, PathRewrite } from './path-filter.ts'

/** How requests are forwarded. Times are in milliseconds, sizes in bytes. */
export interface ForwardOptions extends PaymentOptions<IncomingMessage> {
  /** Only these paths are forwarded; the others go to the next handler. Default: all. */
  readonly pathFilter?: PathFilter
  /** What the server sees instead of the path. */
  readonly pathRewrite?: PathRewrite
  /** False: nothing is forwarded, handlers only get the balancer as `request.paylb`. */
  readonly forward?: boolean
  /** Default: connect 2 s, head 15 s, idle 15 s, total 45 s. */
  readonly timeouts?: Partial<Timeouts>
  /** A body up to this size is kept, so that it can be sent again. Default 64 KiB, and never above `maxBodyBytes`. */
  readonly maxReplayBytes?: number
  /** A larger body is refused with 413. Default 10 MiB. */
  readonly maxBodyBytes?: number
  /** An answer up to this size is held until it is complete, so that what is told is true. Default 64 KiB. */
  readonly maxAnswerBufferBytes?: number
  /**
   * Whom to believe who asked, in X-Forwarded-* and Forwarded: as Express' `trust proxy`, such as `'loopback, 10.0.0.0/8'`.
   * Default: as the framework is told, else nobody.
   */
  readonly trustProxy?: TrustProxy
  /** Send the caller's Host to the server instead of the server's own. Default false. */
  readonly preserveHost?: boolean
  /** When the caller hangs up after an unsafe request was sent: read its answer to the end, or cancel. Default `detach`. */
  readonly onClientAbort?: 'detach' | 'cancel'
  /** Tell callers which servers were tried. Default false. */
  readonly exposeServer?: boolean
  /**
   * What secures the connections to servers on `https:`: authorities, client certificates, server names. Certificates are
   * always verified. With `createCertificates` they can be replaced while it runs.
   */
  readonly tls?: TlsOptions | Certificates
  /**
   * Checks the servers, used or not: over HTTP where there is a `path`, else whether a connection opens. A server's own
   * `healthCheck` comes before it. Not given, or false: only servers with a `healthCheck` of their own are checked.
   */
  readonly healthCheck?: Partial<HealthCheckOptions> | false
}

/** Everything that `paylb` can be told in one object. */
export type PaylbOptions = BalancerOptions & ForwardOptions

/** Forward options with every default filled in. */
export interface Settings extends PaymentSettings<IncomingMessage> {
  readonly accepts: (path: string) => boolean
  readonly rewrite: (target: string) => string
  readonly forward: boolean
  readonly timeouts: Timeouts
  readonly maxReplayBytes: number
  readonly maxBodyBytes: number
  readonly maxAnswerBufferBytes: number
  readonly trust: Trust | undefined
  readonly preserveHost: boolean
  readonly onClientAbort: 'detach' | 'cancel'
  readonly exposeServer: boolean
  readonly certificates: Certificates
  readonly healthCheck: Partial<HealthCheckOptions> | false
}

const bytes = rules.number(0, Number.MAX_SAFE_INTEGER, true)
const pathPrefix = rules.matching('a path that begins with /', isPath)

const forwardRules: Readonly<Record<keyof ForwardOptions, Rule>> = {
  ...paymentRules,
  pathFilter: rules.either(
    pathPrefix,
    rules.matching(
      'an array of such paths',
      (value) => Array.isArray(value) && value.length > 0 && value.every(isPath),
    ),
    rules.callback,
  ),
  pathRewrite: rules.either(
    rules.callback,
    rules.matching('an object of regular expressions and replacements', isRewriteTable),
  ),
  forward: rules.flag,
  timeouts: rules.object,
  maxReplayBytes: bytes,
  maxBodyBytes: bytes,
  maxAnswerBufferBytes: bytes,
  trustProxy: rules.matching('true, false, a number of hops, addresses and networks, or a function', (value) =>
    Array.isArray(value)
      ? value.every((one) => typeof one === 'string')
      : ['boolean', 'number', 'string', 'function'].includes(typeof value),
  ),
  preserveHost: rules.flag,
  onClientAbort: rules.oneOf('detach', 'cancel'),
  exposeServer: rules.flag,
  tls: rules.object,
  healthCheck: rules.anything,
}

const timeoutRules: Readonly<Record<keyof Timeouts, Rule>> = {
  connectMs: rules.ms,
  headMs: rules.ms,
  idleMs: rules.ms,
  totalMs: rules.ms,
}

/** A balancer, the settings to forward with, and whether the balancer was made here (and so ends here). */
export interface Configuration {
  readonly balancer: Balancer
  readonly ownsBalancer: boolean
  /** The chance that was given with the balancer's options. */
  readonly random: Random
  readonly settings: Settings
}

/**
 * Reads the arguments of `paylb`: either one object with everything, or a balancer made before and forward options.
 *
 * @throws InvalidOptionsError
 */
export function configure(given: PaylbOptions | Balancer, forwardOptions: ForwardOptions = {}): Configuration {
  if (isBalancer(given)) {
    return { balancer: given, ownsBalancer: false, random: Math.random, settings: readForward(forwardOptions) }
  }
  checkOptions(given, { ...everything, ...forwardRules }, '')
  const entries = Object.entries(given)
  const own = Object.fromEntries(entries.filter(([name]) => !balancerOptionNames.has(name)))
  const settings = readForward({ ...own, ...forwardOptions })
  const forBalancer = Object.fromEntries(entries.filter(([name]) => balancerOptionNames.has(name)))
  const balancer = createBalancer(forBalancer as unknown as BalancerOptions)
  return { balancer, ownsBalancer: true, random: given.random ?? Math.random, settings }
}

/* The balancer checks its own options; here they only have to be known. */
const everything: Readonly<Record<string, Rule>> = Object.fromEntries(
  [...balancerOptionNames].map((name) => [name, rules.anything]),
)

function readForward(options: ForwardOptions): Settings {
  checkOptions(options, forwardRules, '', 'options of the balancer, such as strategy, go to createBalancer')
  const { timeouts = {}, maxBodyBytes = 10 * 1024 * 1024 } = options
  checkOptions(timeouts, timeoutRules, 'timeouts')
  checkOrder(timeouts)
  checkHealthCheck(options.healthCheck, 'healthCheck')
  const settings = {
    ...readPaymentOptions(options, randomUUID),
    accepts: compileFilter(options.pathFilter),
    rewrite: compileRewrite(options.pathRewrite),
    forward: options.forward ?? true,
    timeouts: { ...defaultTimeouts, ...timeouts },
    maxReplayBytes: options.maxReplayBytes ?? Math.min(64 * 1024, maxBodyBytes),
    maxBodyBytes,
    maxAnswerBufferBytes: options.maxAnswerBufferBytes ?? 64 * 1024,
    trust: compileTrust(options.trustProxy),
    preserveHost: options.preserveHost ?? false,
    onClientAbort: options.onClientAbort ?? 'detach',
    exposeServer: options.exposeServer ?? false,
    certificates: createCertificates(options.tls),
    healthCheck: options.healthCheck ?? false,
  }
  if (settings.maxReplayBytes > settings.maxBodyBytes) {
    throw new InvalidOptionsError(
      'maxReplayBytes',
      `is above maxBodyBytes (${settings.maxBodyBytes}); lower it, or raise maxBodyBytes`,
    )
  }
  return settings
}

/* A part cannot take longer than the whole. Defaults give way; what was given twice over does not. */
function checkOrder({ totalMs, ...parts }: Partial<Timeouts>): void {
  if (totalMs === undefined) return
  for (const [name, ms] of Object.entries(parts)) {
    if (ms === undefined || ms <= totalMs) continue
    throw new InvalidOptionsError(`timeouts.${name}`, `${ms} is above timeouts.totalMs, which is ${totalMs}`)
  }
}

function isBalancer(value: PaylbOptions | Balancer): value is Balancer {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/')
}

function isRewriteTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([pattern, replacement]) => {
    try {
      return typeof replacement === 'string' && new RegExp(pattern, 'u') instanceof RegExp
    } catch {
      return false
    }
  })
}
