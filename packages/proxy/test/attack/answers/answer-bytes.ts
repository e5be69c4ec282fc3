import { damaged } from '../support/damage.ts'
import { writeChunks } from '../support/write-chunks.ts'
import type { AnswerPlan } from './answer-plan.ts'

/* The bytes of a plan, as latin1. */

/** Writes down what a server answers. @param token of the caller whom it answers */
export function answerBytes(plan: AnswerPlan, token: string): string {
  const body = token.repeat(Math.ceil(plan.bodyBytes / token.length)).slice(0, plan.bodyBytes)
  const head = [plan.startLine, 'X-Token: #', ...plan.fields, ...lengthFields(plan.framing, body.length)]
  const whole = `${plan.before.join('')}${head.join('\r\n')}\r\n\r\n${writtenBody(plan, body)}${plan.surplus}`
  const text = plan.damages.reduce(damaged, whole.replaceAll('#', token))
  return text.slice(0, Math.ceil(plan.kept * text.length))
}

function lengthFields(framing: string, bytes: number): readonly string[] {
  const chunked = 'Transfer-Encoding: chunked'
  const fields: Readonly<Record<string, readonly string[]>> = {
    length: [`Content-Length: ${bytes}`],
    chunked: [chunked],
    endless: [chunked],
    'bare-chunks': [],
    none: [],
    both: [`Content-Length: ${bytes}`, chunked],
    'two-lengths': [`Content-Length: ${bytes}`, `Content-Length: ${bytes + 1}`],
    longer: [`Content-Length: ${bytes + 20}`],
    shorter: [`Content-Length: ${Math.max(0, bytes - 1)}`],
    negative: [`Content-Length: -${bytes}`],
  }
  return fields[framing] ?? []
}

function writtenBody({ framing, chunkBytes, extension, trailers }: AnswerPlan, body: string): string {
  if (!['chunked', 'both', 'endless', 'bare-chunks'].includes(framing)) return body
  const end = framing === 'endless' ? '' : `0${extension}\r\n${trailers}\r\n`
  return writeChunks(body, chunkBytes, extension) + end
}
