import type { Told } from '@paylb/core'
import type { TransportAnswer } from '@paylb/undici'
import { eachField, hopByHop } from '@paylb/core/doors'
import { namedByConnection } from '../admission/request-headers.ts'

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
  const ownField = ownKey?.[0].toLowerCase()
  const named = namedByConnection(answer.rawHeaders)
  const passed: string[] = []
  let hasLength = false
  eachField(answer.rawHeaders, (name, value) => {
    const field = name.toLowerCase()
    if (hopByHop.has(field) || named.has(field) || field.startsWith('paylb-') || field === ownField) return
    if (field === 'content-length') hasLength = true
    passed.push(name, value)
  })
  const mayHaveBody = !isHead && answer.status !== 204 && answer.status !== 304
  if (!hasLength && mayHaveBody && answer.body !== undefined) passed.push('Content-Length', `${answer.body.length}`)
  if (ownKey !== undefined) passed.push(...ownKey)
  if (told.outcome !== undefined) passed.push('paylb-outcome', told.outcome)
  passed.push('paylb-attempts', `${told.attempts.length}`)
  const server = told.attempts.at(-1)?.server
  if (exposeServer && server !== undefined) passed.push('paylb-server', server)
  return passed
}
