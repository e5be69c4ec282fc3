import http from 'node:http'
import https from 'node:https'
import type { Transport } from './evidence.ts'

/*
 * A proxy that only the environment names must not stand between paylb and a server: evidence would end there. Axios
 * looks for none under `proxy: false`. But then it assigns a function to a property in every call, V8 allocates such
 * functions among the old objects at once, and each keeps its whole call until the next full collection. So while the
 * environment names no proxy, axios is told nothing, and what it makes is looked at before anything is sent.
 */

const proxyVariable = /(?<!^no)_proxy$/iu

/** Whether the environment may name a proxy. Once it does, it counts as doing so for good. */
export class EnvironmentProxies {
  #areNamed: boolean

  /** @param isWatched whether requests can be looked at before they are made */
  constructor(isWatched: boolean) {
    this.#areNamed = !isWatched || Object.keys(process.env).some((name) => proxyVariable.test(name))
  }

  get areNamed(): boolean {
    return this.#areNamed
  }

  found(): void {
    this.#areNamed = true
  }
}

/** Makes a request only when it goes straight to its server. */
export class StraightTransport implements Transport {
  readonly #transport: Transport
  readonly #origin: string
  readonly #agent: unknown
  #hasRefused = false

  /**
   * @param origin of the server
   * @param agent what axios was given for it
   */
  constructor(transport: Transport, origin: string, agent: unknown) {
    this.#transport = transport
    this.#origin = origin
    this.#agent = agent
  }

  /** Whether nothing was sent, because it would have gone elsewhere. */
  get hasRefused(): boolean {
    return this.#hasRefused
  }

  /** For axios' `transport` option. @throws when the request would go elsewhere */
  request(options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void): unknown {
    if (originOf(options) === this.#origin && isSame(options.agent, this.#agent) && !hasProxies(options)) {
      return this.#transport.request(options, onResponse)
    }
    this.#hasRefused = true
    throw new Error('the request would go through a proxy that only the environment names')
  }
}

function originOf({ protocol, hostname, port }: http.RequestOptions): string {
  const host = hostname?.includes(':') === true ? `[${hostname}]` : hostname
  return `${protocol}//${host}${port ? `:${port}` : ''}`
}

function isSame(agent: unknown, given: unknown): boolean {
  return (agent ?? undefined) === (given ?? undefined)
}

/* Node's own agents may have been made to follow the environment, the global ones by a flag. */
function hasProxies({ protocol, agent }: http.RequestOptions): boolean {
  const used: unknown = agent ?? (protocol === 'https:' ? https : http).globalAgent
  const { options } = used as { options?: { proxyEnv?: unknown } }
  return (options?.proxyEnv ?? undefined) !== undefined
}
