import type { Told } from '@paylb/core'
import type { TransportAnswer } from '@paylb/undici'
import { hopByHop, isField } from '@paylb/core/doors'
import { isAmong, namedByConnection } from '../admission/request-headers.ts'

/** What an answer is told with, beside its outcome. */
export interface Telling {
  /** The request was a HEAD, whose answer describes a body that does not come. */
  readonly isHead: boolean
  readonly exposeServer: boolean
  /** Name and value of the key's field, where the key was made here. */
  readonly ownKey: readonly [string, string] | undefined
}

/**
 * The fields of a server's answer that go to the caller, with what paylb has to tell. `paylb-…` fields of the server's
 * own are removed: only paylb may speak of outcomes.
 */
export function answerHeaders(answer: TransportAnswer, told: Told, telling: Telling): string[] {
  const { isHead, exposeServer, ownKey } = telling
  const { rawHeaders } = answer
  const ownField = ownKey?.[0].toLowerCase()
  const named = namedByConnection(rawHeaders)
  const passed: string[] = []
  let hasLength = false
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (hopByHop.has(name) || isAmong(name, named) || isOurs(name)) continue
    if (ownField !== undefined && isField(name, ownField)) continue
    if (isField(name, 'content-length')) hasLength = true
    passed.push(name, rawHeaders[index + 1] ?? '')
  }
  const mayHaveBody = !isHead && answer.status !== 204 && answer.status !== 304
  if (!hasLength && mayHaveBody && answer.body !== undefined) passed.push('Content-Length', `${answer.body.length}`)
  if (ownKey !== undefined) passed.push(...ownKey)
  if (told.outcome !== undefined) passed.push('paylb-outcome', told.outcome)
  passed.push('paylb-attempts', `${told.attempts.length}`)
  const server = told.attempts.at(-1)?.server
  if (exposeServer && server !== undefined) passed.push('paylb-server', server)
  return passed
}

const p = 0x70

function isOurs(name: string): boolean {
  return (name.charCodeAt(0) | 0x20) === p && name.toLowerCase().startsWith('paylb-')
}
