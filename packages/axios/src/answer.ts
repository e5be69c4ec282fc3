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

/** The report of an answer. What is read of it seldom is made when it is read. */
export class AnsweredReport implements AnsweredAttempt<AxiosResponse> {
  readonly evidence = 'answered'
  readonly status: number
  readonly answer: AxiosResponse
  readonly #head: { readonly headers: Headers } | undefined

  /** @param head where the headers can be had as they came */
  constructor(answer: AxiosResponse, head?: { readonly headers: Headers }) {
    this.status = answer.status
    this.answer = answer
    this.#head = head
  }

  get headers(): Headers {
    return this.#head?.headers ?? headersOf(this.answer.headers)
  }

  get body(): Uint8Array | undefined {
    const data: unknown = this.answer.data
    return typeof data === 'string' || data instanceof Uint8Array ? Buffer.from(data as string) : undefined
  }
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
  return Object.assign(new AnsweredReport(response), { ended, discard: () => void data.destroy() })
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
