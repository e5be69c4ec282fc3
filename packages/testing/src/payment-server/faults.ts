import { checkFields, flag, isRecord, matching, milliseconds, notAllowed, oneOf, wholeNumber } from '../validation.ts'
import type { Rule } from '../validation.ts'

/** The routes of a payment server, as faults and logs name them. */
export type RouteName = 'charges' | 'refunds' | 'lookups' | 'echo' | 'health'

/**
 * One fault, or several that strike the same request together. Without `times` and `probability` every request of its
 * routes is hit.
 */
export interface FaultRule {
  /** Waits this long before the execution, with the key already taken. */
  readonly delayMs?: number
  /**
   * Resets the connection (RST): `before` anything was executed, `within` the answer (executed, half of the body
   * sent), or `after` the execution with no byte of the answer sent.
   */
  readonly reset?: 'before' | 'within' | 'after'
  /** Executes and never answers. */
  readonly stall?: boolean
  /** Reads the request, then neither executes nor answers. */
  readonly stallBeforeExecution?: boolean
  /** Executes, promises the whole body, sends half of it and ends the connection (FIN). */
  readonly cutBody?: boolean
  /** Answers with this status; without executing unless `afterExecution` is set. */
  readonly errorBurst?: { readonly status: number; readonly afterExecution?: boolean }
  /** Declines the payment: 402, and no money moves. */
  readonly decline?: boolean
  /** The store of idempotency keys is out of order. See the option `failsOpen`. */
  readonly keyStoreDown?: boolean
  /**
   * Ends the connection this long after the answer, though it was announced as kept. A request that is on its way then
   * is not executed.
   */
  readonly closeIdleMs?: number
  /** Closes the listening socket: connections are refused until faults without it are set. */
  readonly refuse?: boolean
  /** Strikes only the next so many requests. */
  readonly times?: number
  /** Strikes a share of the requests, from 0 to 1, drawn from the server's seed. */
  readonly probability?: number
  /** The routes that it strikes: charges, refunds and echo unless given. */
  readonly routes?: readonly RouteName[]
}

/** What is wrong with a server from now on. A list is tried in order; an effect comes from the first rule that has it. */
export type Faults = FaultRule | readonly FaultRule[]

const routeNames: readonly RouteName[] = ['charges', 'refunds', 'lookups', 'echo', 'health']
const endings = ['reset', 'stall', 'stallBeforeExecution', 'cutBody'] as const
const limits = ['times', 'probability', 'routes'] as const

const faultRules: Readonly<Record<keyof FaultRule, Rule>> = {
  delayMs: milliseconds,
  reset: oneOf('before', 'within', 'after'),
  stall: flag,
  stallBeforeExecution: flag,
  cutBody: flag,
  errorBurst: matching('an object { status, afterExecution? }', isRecord),
  decline: flag,
  keyStoreDown: flag,
  closeIdleMs: milliseconds,
  refuse: flag,
  times: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  probability: matching('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  routes: matching(`a list of ${routeNames.join(', ')}`, isListOfRoutes),
}

/**
 * Checks faults that came from outside and makes a list of them.
 *
 * @throws TypeError that names the path, the value and what is allowed
 */
export function checkFaults(faults: unknown): readonly FaultRule[] {
  if (!Array.isArray(faults)) return [checkFaultRule(faults, 'faults')]
  return faults.map((rule, index) => checkFaultRule(rule, `faults[${index}]`))
}

function checkFaultRule(rule: unknown, path: string): FaultRule {
  checkFields(rule, faultRules, path)
  const checked = rule as FaultRule
  if (checked.errorBurst !== undefined) checkErrorBurst(checked.errorBurst, `${path}.errorBurst`)
  const ends = endings.filter((name) => checked[name] !== undefined && checked[name] !== false)
  if (ends.length > 1) throw notAllowed(path, ends, `only one of ${endings.join(', ')}`)
  const limit = limits.find((name) => checked[name] !== undefined)
  if (checked.refuse === true && limit !== undefined) {
    throw notAllowed(`${path}.${limit}`, checked[limit], 'nothing: refuse holds for the whole server')
  }
  return checked
}

function checkErrorBurst(errorBurst: object, path: string): void {
  checkFields(errorBurst, { status: wholeNumber(500, 599), afterExecution: flag }, path)
  if (!('status' in errorBurst)) throw notAllowed(`${path}.status`, undefined, 'a whole number from 500 to 599')
}

function isListOfRoutes(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => routeNames.includes(name))
}
