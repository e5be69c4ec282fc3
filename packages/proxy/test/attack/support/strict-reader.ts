/*
 * A second opinion on bytes: reads HTTP/1.1 as RFC 9112 has it and forgives nothing. What paylb lets pass must be what is
 * read here. Texts are latin1, so that one character is one byte.
 */

export type Field = readonly [name: string, value: string]

export interface StrictMessage {
  readonly startLine: string
  readonly fields: readonly Field[]
  readonly body: string
  /** The end of the connection ends the body. */
  readonly endsWithConnection: boolean
}

/** What comes after the whole messages: nothing, part of another one, or what is no message. */
type Rest = 'nothing' | 'part' | 'error'

export interface Reading {
  readonly messages: readonly StrictMessage[]
  readonly rest: Rest
}

type BodyRule = (startLine: string, index: number) => 'as-requests' | 'as-answers' | 'never'

class Malformed extends Error {}
class Incomplete extends Error {}

/** The requests in all the bytes of a caller's connection. */
export function readRequests(text: string): Reading {
  return readAll(text, /^[!#$%&'*+.^_`|~\w-]+ [\x21-\x7e\x80-\xff]+ HTTP\/\d\.\d$/u, () => 'as-requests')
}

/**
 * The answers in all the bytes of a server's connection. The reason phrase may be anything, and the version one of those
 * that Node's parser knows: nothing follows from them.
 *
 * @param methods of the requests that they answer
 */
export function readAnswers(text: string, methods: readonly string[]): Reading {
  let final = 0
  return readAll(text, /^HTTP\/(?:0\.9|1\.[01]|2\.0) [1-9]\d\d(?: [^\r\n]*)?$/u, (startLine) => {
    const status = statusOf(startLine)
    if (status < 200) return 'never'
    const method = methods[final]
    final += 1
    return method === 'HEAD' || status === 204 || status === 304 ? 'never' : 'as-answers'
  })
}

export function statusOf(startLine: string): number {
  return Number(startLine.split(' ')[1])
}

export function valuesOf({ fields }: Pick<StrictMessage, 'fields'>, name: string): readonly string[] {
  return fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value)
}

function readAll(text: string, startLine: RegExp, bodyRule: BodyRule): Reading {
  const messages: StrictMessage[] = []
  let at = 0
  try {
    for (;;) {
      while (text[at] === '\r' || text[at] === '\n') at += 1 // empty lines before a request (section 2.2)
      if (at === text.length) return { messages, rest: 'nothing' }
      const [message, end] = readOne(text, at, startLine, (line) => bodyRule(line, messages.length))
      messages.push(message)
      at = end
    }
  } catch (error) {
    if (error instanceof Incomplete) return { messages, rest: 'part' }
    if (error instanceof Malformed) return { messages, rest: 'error' }
    throw error
  }
}

function readOne(
  text: string,
  at: number,
  startPattern: RegExp,
  bodyRule: (startLine: string) => ReturnType<BodyRule>,
): readonly [StrictMessage, number] {
  const headEnd = text.indexOf('\r\n\r\n', at)
  const [startLine = '', ...lines] = text.slice(at, headEnd < 0 ? text.length : headEnd).split('\r\n')
  if (headEnd < 0) throw new Incomplete()
  if (!startPattern.test(startLine)) throw new Malformed(startLine)
  const fields = lines.map(readField)
  const [body, end, endsWithConnection] = readBody(text, headEnd + 4, fields, bodyRule(startLine))
  return [{ startLine, fields, body, endsWithConnection }, end]
}

function readField(line: string): Field {
  const parts =
    /^([!#$%&'*+.^_`|~\w-]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[\t ]*$/u.exec(
      line,
    )
  if (parts === null) throw new Malformed(line)
  return [parts[1] ?? '', parts[2] ?? '']
}

function readBody(
  text: string,
  at: number,
  fields: readonly Field[],
  rule: ReturnType<BodyRule>,
): readonly [body: string, end: number, endsWithConnection: boolean] {
  const lengths = valuesOf({ fields }, 'content-length')
  const codings = valuesOf({ fields }, 'transfer-encoding')
  const coding = codings.join().toLowerCase()
  if (lengths.length > 1 || (lengths.length > 0 && codings.length > 0)) throw new Malformed('more than one length')
  if (codings.length > 0 && !(rule === 'as-requests' ? /(?:^|,)[\t ]*chunked$/u : /^chunked$/u).test(coding)) {
    throw new Malformed('a coding') // a request's end is known where `chunked` is the last one (section 6.3)
  }
  if (lengths.length > 0 && !/^\d+$/u.test(lengths[0] ?? '')) throw new Malformed('no length')
  if (rule === 'never') return ['', at, false]
  if (codings.length > 0) return readChunks(text, at)
  if (lengths.length === 0 && rule === 'as-answers') return [text.slice(at), text.length, true]
  const end = at + Number(lengths[0] ?? 0)
  if (end > text.length) throw new Incomplete()
  return [text.slice(at, end), end, false]
}

function readChunks(text: string, from: number): readonly [string, number, boolean] {
  let body = ''
  let at = from
  for (;;) {
    const [line, data] = lineAt(text, at)
    const size = /^([\da-f]{1,16})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/iu.exec(line)
    if (size === null) throw new Malformed(line)
    const count = Number.parseInt(size[1] ?? '', 16)
    if (count === 0) return [body, afterTrailers(text, data), false]
    if (data + count + 2 > text.length) throw new Incomplete()
    if (text.slice(data + count, data + count + 2) !== '\r\n') throw new Malformed('a chunk without an end')
    body += text.slice(data, data + count)
    at = data + count + 2
  }
}

function afterTrailers(text: string, from: number): number {
  let at = from
  for (;;) {
    const [line, next] = lineAt(text, at)
    if (line === '') return next
    readField(line)
    at = next
  }
}

function lineAt(text: string, at: number): readonly [line: string, next: number] {
  const end = text.indexOf('\r\n', at)
  if (end < 0) throw new Incomplete()
  return [text.slice(at, end), end + 2]
}
