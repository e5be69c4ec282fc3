import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string
  readonly agent?: Agent
  readonly timeoutMs?: number
}

/** One request on a connection of its own, unless there is an agent. Rejects when no complete answer comes. */
export async function send(url: string, { method = 'GET', headers = {}, body, agent, timeoutMs }: Sent = {}) {
  const { hostname, port, origin } = new URL(url)
  const path = url.slice(origin.length) /* as it is, not as URL would write it */
  const request = httpRequest({ hostname, port, path, method, headers, agent: agent ?? false })
  request.on('error', () => undefined) /* a reset within the answer shows at the response */
  if (timeoutMs !== undefined) {
    request.setTimeout(timeoutMs, () => request.destroy(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })))
  }
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) } satisfies Reply
}

export function post(url: string, content: unknown, key?: string, options: Sent = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) }
  return send(url, { ...options, method: 'POST', headers, body: JSON.stringify(content) })
}

/** A charge of 1 000, by a caller who names it by its key. */
export function charge(server: { readonly url: string }, key?: string, options: Sent = {}): Promise<Reply> {
  return post(`${server.url}/charges`, { amount: 1_000, reference: key ?? 'bare' }, key, options)
}

/** How a request without a complete answer ended. */
export async function failureOf(reply: Promise<Reply>): Promise<string> {
  try {
    return `status ${(await reply).status}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

/** Waits until a request has got as far as a condition says. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}
