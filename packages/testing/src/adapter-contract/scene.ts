import assert from 'node:assert/strict'
import type { BalancerOptions, Strategy } from '@paylb/core'
import { startPaymentServer } from '../payment-server/payment-server.ts'
import type { PaymentServer } from '../payment-server/payment-server.ts'
import type { PaymentServerOptions } from '../payment-server/options.ts'
import type { AdapterRule, ForwardSettings, MountAdapter, MountedAdapter, Mounting } from './adapter-rule.ts'
import { until } from './until.ts'
import { requestHead } from './wire/head.ts'
import type { Message } from './wire/message.ts'
import { RawClient } from './wire/raw-client.ts'
import { RawServer } from './wire/raw-server.ts'
import type { ServerScript } from './wire/raw-server.ts'

/*
 * Where a rule plays: servers, an app with paylb, callers. When the rule has ended everything is closed, and one thing
 * is checked after every rule: nothing is in flight any more.
 */

/** So that a rule knows which server comes first. */
const firstListed: Strategy = {
  name: 'first-listed',
  pick: (candidates) => {
    const [first] = candidates
    if (first === undefined) throw new Error('there is no candidate')
    return first
  },
}

/** A request of a caller. Fields are whole lines. */
export interface Ask {
  readonly fields?: readonly string[]
  readonly body?: string | Uint8Array
}

/** The servers, apps and callers of one rule. */
export class Scene {
  readonly #mount: MountAdapter
  readonly #servers: RawServer[] = []
  readonly #apps: MountedAdapter[] = []
  readonly #clients: RawClient[] = []
  readonly #paymentServers: PaymentServer[] = []

  constructor(mount: MountAdapter) {
    this.#mount = mount
  }

  async server(script: ServerScript | ((whole: string) => string | Uint8Array) = {}): Promise<RawServer> {
    const full = typeof script === 'function' ? answering(script) : script
    const server = await new RawServer(full).listen()
    this.#servers.push(server)
    return server
  }

  /** A real payment server with its ledger on disk; it keeps what arrives. */
  async paymentServer(options: PaymentServerOptions = {}): Promise<PaymentServer> {
    const server = await startPaymentServer({ recordRequests: true, ...options })
    this.#paymentServers.push(server)
    return server
  }

  /** Mounts paylb over `servers`, which are picked in this order. */
  async app(
    servers: readonly (RawServer | string)[],
    settings: ForwardSettings = {},
    more: Partial<BalancerOptions> & Pick<Mounting, 'parser'> = {},
  ): Promise<MountedAdapter> {
    const { parser, ...options } = more
    const urls = servers.map((server) => (typeof server === 'string' ? server : server.url))
    const balancer = { servers: urls, strategy: firstListed, ...options }
    return this.mount({ balancer, settings, ...(parser === undefined ? {} : { parser }) })
  }

  async mount(mounting: Mounting): Promise<MountedAdapter> {
    const app = await this.#mount(mounting)
    this.#apps.push(app)
    return app
  }

  async client(app: MountedAdapter): Promise<RawClient> {
    const client = new RawClient(app.url)
    this.#clients.push(client)
    return client.connected()
  }

  /** Sends one request on a connection of its own. @returns the answer, or undefined when there was none */
  async tryAsk(app: MountedAdapter, startLine: string, { fields = [], body }: Ask = {}): Promise<Message | undefined> {
    const client = await this.client(app)
    const length = body === undefined ? [] : [`Content-Length: ${body.length}`]
    client.send(requestHead(startLine, new URL(app.url).host, [...fields, ...length]), body)
    const answer = await client.answer()
    client.socket.destroy()
    return answer
  }

  /** As `tryAsk`, for a request that must be answered. */
  async ask(app: MountedAdapter, startLine: string, request: Ask = {}): Promise<Message> {
    const answer = await this.tryAsk(app, startLine, request)
    assert.ok(answer, `${startLine} was not answered`)
    return answer
  }

  async nothingInFlight(): Promise<void> {
    for (const { balancer } of this.#apps) {
      await until('nothing is in flight', () => balancer.snapshot().inFlight === 0)
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.socket.destroy()
    await Promise.all(this.#servers.map((server) => server.close()))
    await Promise.all(this.#apps.map((app) => app.close()))
    for (const server of this.#paymentServers.toReversed()) await server.close()
  }
}

/** Makes a rule out of what is played in its scene. */
export function rule(name: string, play: (scene: Scene) => Promise<void>): AdapterRule {
  return {
    name,
    check: async (mount) => {
      const scene = new Scene(mount)
      try {
        await play(scene)
        await scene.nothingInFlight()
      } finally {
        await scene.close()
      }
    },
  }
}

function answering(answerTo: (startLine: string) => string | Uint8Array): ServerScript {
  return {
    onRequest: ({ request, socket }) => {
      const bytes = answerTo(request.startLine)
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    },
  }
}
