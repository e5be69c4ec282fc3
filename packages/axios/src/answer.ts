import { finished, Readable } from 'node:stream'
import type { AnsweredAttempt, BodyEnding } from '@paylb/core'
import { isAxiosError, isCancel } from 'axios'
import type { AxiosResponse } from 'axios'
import { seal } from './seal.ts'

/* When is an answer complete? axios has read the whole body of every answer that it hands over, except of a stream. */

/** Whether the body of an answer is still on its way. */
export function isStream(data: unknown): data is Readable {
  return data instanceof Readable
}

/** The report for an answer whose body is here. */
export function heldAnswer(response: AxiosResponse): AnsweredAttempt<AxiosResponse> {
  const head = headOf(response)
  const data: unknown = response.data
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) return head
  return Object.defineProperty(head, 'body', { get: () => Buffer.from(data as string) })
}

/**
 * The report for an answer whose body is still on its way.
 *
 * @param isComplete whether the last byte has come in, read or not
 */
export function streamedAnswer(
  response: AxiosResponse,
  data: Readable,
  isComplete: () => boolean,
): AnsweredAttempt<AxiosResponse> & { readonly ended: Promise<BodyEnding> } {
  data.prependListener('error', (error) => {
    if (isAxiosError(error)) seal(error)
  })
  const ended = new Promise<BodyEnding>((resolve) => {
    finished(data, { writable: false }, (error) => resolve(isComplete() ? 'complete' : endingOf(error)))
  })
  return Object.assign(headOf(response), { ended, discard: () => void data.destroy() })
}

function headOf(response: AxiosResponse): AnsweredAttempt<AxiosResponse> {
  return {
    evidence: 'answered',
    status: response.status,
    get headers() {
      return headersOf(response.headers)
    },
    answer: response,
  }
}

/* A stream that its reader destroys ends early without an error of its own. */
function endingOf(error: NodeJS.ErrnoException | null | undefined): BodyEnding {
  if (error === null || error === undefined) return 'complete'
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || isCancel(error) ? 'abandoned' : 'cut'
}

function headersOf(given: object): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, String(one))
  }
  return headers
}
