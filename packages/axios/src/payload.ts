/*
 * The bytes of a request must be the same on every attempt, so they are copied once, before the first: whoever holds
 * the caller's buffer may write into it while a second attempt is on its way. What cannot be read twice, a stream or
 * a form with files, is sent at most once.
 */

/** The body of a call. */
export interface Payload {
  readonly data: unknown
  /** Whether the same bytes can be sent once more. */
  readonly isReplayable: boolean
}

/** Takes over the body as axios' transforms have left it. */
export function takePayload(data: unknown): Payload {
  if (isNothing(data)) return { data: undefined, isReplayable: true }
  if (typeof data === 'string') return { data: Buffer.from(data), isReplayable: true }
  if (data instanceof Uint8Array) return { data: Buffer.from(data), isReplayable: true }
  if (data instanceof ArrayBuffer) return { data: Buffer.from(data.slice(0)), isReplayable: true }
  return { data, isReplayable: false }
}

/* What axios sends no body for. */
function isNothing(data: unknown): boolean {
  return data === undefined || data === null || data === '' || data === false || data === 0
}
