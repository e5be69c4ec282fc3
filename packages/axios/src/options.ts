import { balancerOptionNames, checkOptions, defaultTimeouts, rules } from '@paylb/core'
import type { BalancerOptions, Rule } from '@paylb/core'

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
export interface ClientOptions {
  readonly timeouts?: Partial<CallTimeouts>
  /** The header that carries the idempotency key. Default `Idempotency-Key`. */
  readonly keyHeader?: string
}

/** Everything that can stand in the second argument of `paylb`. */
export type PaylbOptions = BalancerOptions & ClientOptions

/** Client options with every default filled in. */
export interface ClientSettings {
  readonly timeouts: CallTimeouts
  readonly keyHeader: string
}

const headerName: Rule = rules.matching(
  'the name of an HTTP header',
  (value) => typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/u.test(value),
)

const clientRules: Readonly<Record<keyof ClientOptions, Rule>> = { timeouts: rules.object, keyHeader: headerName }

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
  return {
    timeouts: {
      connectMs: timeouts.connectMs ?? defaultTimeouts.connectMs,
      headMs: timeouts.headMs ?? defaultTimeouts.headMs,
      totalMs: timeouts.totalMs ?? defaultTimeouts.totalMs,
    },
    keyHeader: options.keyHeader ?? 'Idempotency-Key',
  }
}

/** Parts the client's options from the balancer's, which core checks. @throws InvalidOptionsError for an unknown one */
export function splitOptions(options: PaylbOptions): { balancer: BalancerOptions; client: ClientOptions } {
  const ofBalancer = Object.fromEntries([...balancerOptionNames].map((name) => [name, rules.anything]))
  checkOptions(options, { ...ofBalancer, ...clientRules }, '')
  const { timeouts, keyHeader, ...balancer } = options
  return {
    balancer,
    client: { ...(timeouts === undefined ? {} : { timeouts }), ...(keyHeader === undefined ? {} : { keyHeader }) },
  }
}
