/* An HTTP/1.1 message as it came over the wire: nothing joined, nothing decoded, nothing left out. */

/** What ends a body: there is none, its length, its last chunk, or the end of the connection. */
export type Framing = 'none' | 'length' | 'chunked' | 'close'

/** The head of a message, as latin1. */
export class Head {
  readonly startLine: string
  /** In order, with duplicates. */
  readonly fields: readonly (readonly [string, string])[]

  constructor(text: string) {
    const [startLine = '', ...lines] = text.split('\r\n')
    this.startLine = startLine
    this.fields = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    })
  }

  /** Of an answer. */
  get status(): number {
    return Number(this.startLine.split(' ')[1])
  }

  /** All values of a field, in order. */
  values(name: string): readonly string[] {
    return this.fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value)
  }

  /** The value of a field that stands at most once. */
  value(name: string): string | undefined {
    return this.values(name)[0]
  }
}

/** A whole message. */
export class Message extends Head {
  readonly body: Buffer
  readonly framing: Framing

  constructor(text: string, framing: Framing, body: Buffer) {
    super(text)
    this.framing = framing
    this.body = body
  }

  /** The body as a JSON object. */
  json(): Record<string, unknown> {
    return JSON.parse(this.body.toString()) as Record<string, unknown>
  }
}
