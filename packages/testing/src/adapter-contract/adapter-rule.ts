import type { IncomingMessage } from 'node:http'
import type { Balancer, BalancerOptions, Server, Timeouts } from '@paylb/core'

/*
 * What an adapter's test hands in and what it gets. The words are those of any test runner: a name and a function that
 * rejects when the rule is broken.
 */

/** One rule that every adapter must hold. */
export interface AdapterRule {
  /** The rule, as a sentence. */
  readonly name: string
  /** Plays the rule against a freshly mounted adapter, on real sockets. @throws AssertionError when it is broken */
  check(mount: MountAdapter): Promise<void>
}

/** The forward options that rules make use of. */
export interface ForwardSettings {
  readonly timeouts?: Partial<Timeouts>
  readonly maxReplayBytes?: number
  readonly maxBodyBytes?: number
  readonly requireKey?: boolean
  readonly generateKey?: boolean
  readonly keyScope?: (request: IncomingMessage) => string
  readonly safeRoutes?: readonly string[]
  readonly onAttempt?: (
    request: { readonly method: string; readonly target: string },
    server: Server,
  ) => Readonly<Record<string, string>>
  readonly onClientAbort?: 'detach' | 'cancel'
  readonly trustProxy?: boolean | number | string | readonly string[]
  readonly preserveHost?: boolean
  readonly exposeServer?: boolean
  readonly forward?: boolean
}

/** What a rule asks to be mounted. */
export interface Mounting {
  /** A new balancer's options, or a balancer that was made before. */
  readonly balancer: BalancerOptions | Balancer
  readonly settings: ForwardSettings
  /** A body parser that stands before paylb: to be waited for with Node's request. */
  readonly parser?: (request: IncomingMessage) => Promise<void>
}

/**
 * Starts an app on a free port of 127.0.0.1 with paylb mounted at `/payments`, in the way of the framework: what reaches
 * a server has no `/payments` in its path. Behind paylb, `/behind` answers POST with JSON, as handlers of the app see it:
 * `{ "servers": [ids of request.paylb.servers] or null, "bodyBytes": length of the request's body }`.
 */
export type MountAdapter = (mounting: Mounting) => Promise<MountedAdapter>

/** An app with paylb in it. */
export interface MountedAdapter {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string
  readonly balancer: Balancer
  /** Closes paylb in the way of the framework, then the app. */
  close(): Promise<void>
}
