import { InvalidOptionsError } from './errors.ts'
import type { Health } from './health/health.ts'
import type { AttemptRecord, PaymentOutcome } from './outcome/outcome.ts'
import type { RecoveryReport } from './payments/recovery.ts'
import type { PickExplanation } from './servers/explain.ts'
import type { Server } from './servers/server.ts'
import { invalid, isPlainObject } from './validation.ts'

/** Something that does no harm to a payment but that somebody should look at. */
export interface Warning {
  /** A stable word for what happened. */
  readonly code:
    | 'observer-threw'
    | 'strategy-failed'
    | 'classifier-failed'
    | 'caller-hook-threw'
    | 'unauthorized'
    | 'journal-failed'
    | 'journal-is-local'
    | 'ledger-unused'
    | 'zone-empty'
    | 'no-ejections'
    | 'queue-unused'
    | 'recovery-hook-failed'
  readonly message: string
  /** The server that it is about, where it is about one. */
  readonly server?: string
  readonly error?: unknown
}

/**
 * Why a server was picked: the strategy chose it, it is on probation and tried with one request, or nobody else was left
 * and the panic policy allowed it.
 */
export type PickReason = 'strategy' | 'probation' | 'panic'

/** One pick. */
export interface Pick {
  readonly server: Server
  readonly isRetry: boolean
  readonly reason: PickReason
  /** Who could be picked, with the strategy's figures, and why the others could not. To be called within the hook. */
  explain(): PickExplanation
}

/** The record of one payment, ready for a logger. */
export interface PaymentEnd {
  readonly method: string
  /** Whether the request carried an idempotency key. */
  readonly keyed: boolean
  /** A hash of the key, so that a log can be searched for it without holding it. */
  readonly keyHash?: string
  readonly outcome: PaymentOutcome
  readonly attempts: readonly AttemptRecord[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
}

/**
 * What happened, in program order. Every hook is optional and called synchronously; a hook that throws is reported once
 * as a warning and can never break a payment. One that is put in after the observer was added is not called.
 */
export interface Observer {
  onPick?(pick: Pick): void
  onAttemptEnd?(attempt: AttemptRecord): void
  onPaymentEnd?(payment: PaymentEnd): void
  onHealthChange?(change: { readonly server: Server; readonly before: Health; readonly after: Health }): void
  /** So many servers fail at once that the cause must be elsewhere: nobody is ejected while that lasts. */
  onFreeze?(change: { readonly isFrozen: boolean }): void
  /** A pass over the unsettled payments found some, also in the background. */
  onRecovery?(report: RecoveryReport): void
  onServerAdded?(server: Server): void
  /** The server is no longer picked; requests that are in flight to it go on. Also called with the old server of an update. */
  onServerRemoved?(server: Server): void
  onWarning?(warning: Warning): void
  onClose?(): void
}

type Hook = keyof Observer

const hooks: Readonly<Record<Hook, true>> = {
  onPick: true,
  onAttemptEnd: true,
  onPaymentEnd: true,
  onHealthChange: true,
  onFreeze: true,
  onRecovery: true,
  onServerAdded: true,
  onServerRemoved: true,
  onWarning: true,
  onClose: true,
}

/** @throws InvalidOptionsError for what is no observer, or has a hook that is never called */
export function checkObserver(observer: unknown): void {
  if (!isPlainObject(observer)) throw invalid('observer', observer, 'an object with hooks')
  const unknown = Object.keys(observer).find((name) => /^on[A-Z]/u.test(name) && !Object.hasOwn(hooks, name))
  if (unknown === undefined) return
  throw new InvalidOptionsError(`observer.${unknown}`, `unknown hook; known hooks are ${Object.keys(hooks).join(', ')}`)
}

type Argument<Name extends Hook> = Parameters<NonNullable<Observer[Name]>>[0]

/** All observers of a balancer, called as one. */
export class Observers {
  #all: readonly Observer[] = []
  /* Who has which hook, so that what nobody wants to know costs nothing. */
  #byHook = listenersOf([])
  readonly #reported = new WeakSet<Observer>()
  readonly #warned = new Set<string>()
  readonly #standing: Warning[] = []

  /** Adds an observer; the function that comes back removes it. */
  add(observer: Observer): () => void {
    this.#become([...this.#all, observer])
    for (const warning of this.#standing) this.#tellOne(observer, 'onWarning', warning)
    return () => this.#become(this.#all.filter((other) => other !== observer))
  }

  /** Calls a hook of every observer. */
  tell<Name extends Hook>(hook: Name, ...argument: Parameters<NonNullable<Observer[Name]>>): void {
    for (const observer of this.#byHook[hook]) this.#tellOne(observer, hook, ...argument)
  }

  /** Reports what is wrong with the balancer as it was made: also to those who listen later. */
  warnAlways(warning: Warning): void {
    this.#standing.push(warning)
    this.tell('onWarning', warning)
  }

  /** Whether anybody wants to know: what nobody reads need not be put together. */
  listenTo(hook: Hook): boolean {
    return this.#byHook[hook].length > 0
  }

  /** Reports a warning, each kind once and once per server: what goes wrong on every payment must not flood a log. */
  warn(warning: Warning): void {
    const kind = `${warning.code} ${warning.server ?? ''}`
    if (this.#warned.has(kind)) return
    this.#warned.add(kind)
    this.tell('onWarning', warning)
  }

  #become(all: readonly Observer[]): void {
    this.#all = all
    this.#byHook = listenersOf(all)
  }

  #tellOne<Name extends Hook>(
    observer: Observer,
    hook: Name,
    ...argument: Parameters<NonNullable<Observer[Name]>>
  ): void {
    guarded(
      () => (observer[hook] as ((value?: Argument<Name>) => unknown) | undefined)?.call(observer, argument[0]),
      (error) => this.#threw(observer, hook, error),
    )
  }

  #threw(observer: Observer, hook: Hook, error: unknown): void {
    if (this.#reported.has(observer)) return
    this.#reported.add(observer)
    this.tell('onWarning', {
      code: 'observer-threw',
      message: `an observer threw in ${hook}; this is reported once per observer`,
      error,
    })
  }
}

type Listeners = Readonly<Record<Hook, readonly Observer[]>>

function listenersOf(all: readonly Observer[]): Listeners {
  const listeners = (hook: Hook): readonly Observer[] => all.filter((observer) => hasHook(observer, hook))
  return Object.fromEntries((Object.keys(hooks) as Hook[]).map((hook) => [hook, listeners(hook)])) as Listeners
}

/* One that cannot even be read is found out when it is called. */
function hasHook(observer: Observer, hook: Hook): boolean {
  try {
    return observer[hook] !== undefined
  } catch {
    return true
  }
}

/**
 * Calls a function of the user's, which may throw now or, where it is async, later. Neither may break a payment.
 *
 * @returns undefined when it threw
 */
export function guarded<Returned>(call: () => Returned, onError: (error: unknown) => void): Returned | undefined {
  try {
    const returned = call()
    if (isThenable(returned)) returned.then(undefined, onError)
    return returned
  } catch (error) {
    onError(error)
    return undefined
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
