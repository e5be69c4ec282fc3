/** What a route answers, before any fault of sending. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, content: unknown): Answer {
  return { status, body: JSON.stringify(content) }
}

/** An answer that says what is wrong: `error` is a stable word, `detail` a sentence. */
export function problemAnswer(status: number, error: string, detail: string): Answer {
  return jsonAnswer(status, { error, detail })
}
