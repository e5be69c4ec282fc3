import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { AxiosInstance, CreateAxiosDefaults } from 'axios'
import { startTarget } from './ways.ts'
import type { Way } from './ways.ts'

/* What a call looks like from both ends, without what differs each time. */

/** A call, as a user would write it. */
export interface Scene {
  readonly name: string
  readonly call: (client: AxiosInstance) => Promise<unknown>
  readonly defaults?: CreateAxiosDefaults
}

/** The whole of an answer that comes as a stream. */
export async function streamed(client: AxiosInstance, url: string): Promise<unknown> {
  const response = await client.get<Readable>(url, { responseType: 'stream' })
  return { ...response, data: await text(response.data) }
}

/* What differs from call to call, or is paylb's own. */
const ofConnection: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive', 'host', 'transfer-encoding'])

function comparable(headers: object): object {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ofConnection.has(name.toLowerCase()))
      .map(([name, value]) => [name.toLowerCase(), withoutBoundary(value)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
}

function withoutBoundary(value: unknown): unknown {
  return typeof value === 'string'
    ? value
        .replaceAll(/(?:axios-[\d.]+-boundary-|-{4,}\w*)[\w-]+/gu, '(boundary)')
        .replaceAll('--(boundary)', '(boundary)')
    : value
}

/** What a server was asked, and what came back. */
export async function outcomeOf(scene: Scene, way: Way): Promise<object> {
  const target = await startTarget()
  const client = way(target, scene.defaults ?? {})
  const came = await scene.call(client).then(describeAnswer, describeError)
  const asked = target.seen.map(({ method, url, headers, body }) => ({
    method,
    url,
    /* A form has another length with another boundary. */
    headers: comparable(scene.name.includes('form') ? { ...headers, 'content-length': undefined } : headers),
    body: withoutBoundary(body),
  }))
  return { asked, came }
}

function describeAnswer(response: unknown): object {
  const { status, statusText, headers, data } = response as {
    status: number
    statusText: string
    headers: object
    data: unknown
  }
  const shown = typeof data === 'string' && data.length > 1_000 ? createHash('sha256').update(data).digest('hex') : data
  return { status, statusText, headers: comparable({ ...headers }), data: shown }
}

function describeError(error: unknown): object {
  const { name, code, response } = error as { name: string; code?: string; response?: object }
  return { name, code, ...(response === undefined ? {} : { response: describeAnswer(response) }) }
}
