import { createHash } from 'node:crypto'
import { statusOf, valuesOf } from '../support/strict-reader.ts'
import type { Field, StrictMessage } from '../support/strict-reader.ts'

/*
 * What a server must be sent for a request that was read strictly, written down a second time and in other words than
 * paylb's own. Everything that has to stay the same to the byte becomes one hash, which the server returns: so a caller
 * knows whether the answer is its own.
 */

const ofTheConnection =
  /^(?:connection|keep-alive|proxy-connection|proxy-authorization|proxy-authenticate|te|trailer|transfer-encoding|upgrade|http2-settings|host|content-length|expect)$/iu
const ofWhoAsked = /^(?:x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$/iu

/** How an app takes its mount path off. */
export type BelowMount = (path: string) => string | undefined

/** Takes off the first segment, if it is `payments`. */
export const belowPayments: BelowMount = (path) => {
  const parts = /^\/([^/?]+)(.*)$/u.exec(path)
  if (parts === null || decoded(parts[1] ?? '').toLowerCase() !== 'payments') return undefined
  const rest = parts[2] ?? ''
  return rest.startsWith('/') ? rest : `/${rest}`
}

/**
 * The hash of what has to arrive; undefined for what must not.
 *
 * @param address of the caller; empty for one whose connection was reset
 */
export function hashToArrive(
  request: StrictMessage,
  belowMount: BelowMount,
  address: string = '127.0.0.1',
): string | undefined {
  const [method = '', target = ''] = request.startLine.split(' ')
  const path = belowMount(target.replace(/^https?:\/\/[^/?#]*/iu, ''))
  const hasOddCoding = !/^(?:chunked)?$/iu.test(valuesOf(request, 'transfer-encoding').join())
  if (path === undefined || hasOddCoding) return undefined
  const [host = ''] = valuesOf(request, 'host')
  const added: Field[] = [
    ...(address === '' ? [] : [['x-forwarded-for', address] as const]),
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-host', host],
    ['Via', `${request.startLine.slice(-3)} paylb`],
  ]
  const named = new Set(valuesOf(request, 'connection').flatMap((value) => value.split(',').map(normalised)))
  const passed = request.fields.filter(
    ([name]) => !ofTheConnection.test(name) && !ofWhoAsked.test(name) && !named.has(normalised(name)),
  )
  const counted = method === 'OPTIONS' ? passed.map(countedDown) : passed
  return hashOf(method, path, [...counted, ...added], request.body)
}

/** The hash of what has arrived. */
export function hashOfArrival(request: StrictMessage): string {
  const [method = '', target = ''] = request.startLine.split(' ')
  const fields = request.fields
    .filter(([name]) => !ofTheConnection.test(name))
    .map(([name, value]): Field => [name, value.replace(/paylb-[\da-f]{8}$/u, 'paylb')])
  return hashOf(method, target, fields, request.body)
}

/** Whether an answer says that nothing was executed: by paylb, by the app, or by Node. */
export function isRefusal(answer: StrictMessage): boolean {
  const status = statusOf(answer.startLine)
  const [outcome] = valuesOf(answer, 'paylb-outcome')
  return outcome === 'not-executed' || (outcome === undefined && status >= 400 && status < 500)
}

function hashOf(method: string, target: string, fields: readonly Field[], body: string): string {
  const text = JSON.stringify([method, target, fields, body])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function countedDown([name, value]: Field): Field {
  return [name, normalised(name) === 'max-forwards' ? String(Number(value) - 1) : value]
}

function normalised(name: string): string {
  return name.trim().toLowerCase()
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
