import { damaged } from '../support/damage.ts'
import { writeChunks } from '../support/write-chunks.ts'
import type { ConnectionPlan, RequestPlan } from './request-plan.ts'

/* The bytes of a plan, as latin1. */

/** Writes down what a caller sends. @param next gives each request its number */
export function bytesOf({ requests, damages }: ConnectionPlan, next: () => number): string {
  const text = requests.map((request) => requestText(request, next())).join('')
  return damages.reduce(damaged, text)
}

function requestText(plan: RequestPlan, number: number): string {
  const body = `n${number}n`.repeat(Math.ceil(plan.bodyBytes / 3)).slice(0, plan.bodyBytes)
  const head = [
    `${plan.method} ${plan.target} ${plan.version}`,
    'Host: shop.example',
    `Idempotency-Key: key-${number}`,
    `X-Id: #`,
    ...plan.fields,
    ...lengthFields(plan.framing, body.length),
  ]
  return `${head.join('\r\n').replaceAll('#', `n${number}n`)}\r\n\r\n${writtenBody(plan, body)}`
}

function lengthFields(framing: string, bytes: number): readonly string[] {
  if (framing === 'none') return []
  const isChunked = framing === 'chunked' || framing === 'endless'
  if (isChunked) return ['Transfer-Encoding: chunked']
  if (framing === 'both') return [`Content-Length: ${bytes}`, 'Transfer-Encoding: chunked']
  const error = framing === 'longer' ? 20 : framing === 'shorter' ? -1 : 0
  return [`Content-Length: ${Math.max(0, bytes + error)}`]
}

function writtenBody({ framing, chunkBytes, extension }: RequestPlan, body: string): string {
  if (framing !== 'chunked' && framing !== 'both' && framing !== 'endless') return body
  const end = framing === 'endless' ? '' : `0${extension}\r\n${extension === '' ? '' : 'X-Trailer: a\r\n'}\r\n`
  return writeChunks(body, chunkBytes, extension) + end
}
