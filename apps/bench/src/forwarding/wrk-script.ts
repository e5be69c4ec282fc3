import { Buffer } from 'node:buffer'
import { fieldsOf, methodOf, path, payment } from './workloads.ts'
import type { Workload } from './workloads.ts'

/*
 * What wrk runs. Requests are put together out of two pieces of text and a count, because whatever wrk spends is gone
 * for the servers beside it. Its figures come as one line of JSON, exact and whole, and not rounded for people.
 */

/** Where wrk's script puts the count that makes a key new. */
const countMark = 'COUNT'

/** The script for a workload. Its only argument is what the keys of this run begin with. */
export function wrkScript(workload: Workload): string {
  const [before = '', after] = requestOf(workload).split(countMark)
  const request = after === undefined ? `text` : `text .. count .. after`
  return `local text, after, count = '', ${quoted(after ?? '')}, 0
function init(arguments)
  text = string.gsub(${quoted(before)}, 'RUN', arguments[1] or '')
  text = string.gsub(text, 'HOST', wrk.host .. ':' .. wrk.port)
end
function request()
  count = count + 1
  return ${request}
end
function done(summary, latency)
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99)))
  local e = summary.errors
  io.write(string.format('"errors":{"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}}\\n', e.connect, e.read,
    e.write, e.timeout, e.status))
end
`
}

function requestOf(workload: Workload): string {
  const method = methodOf(workload)
  const body = method === 'POST' ? payment : ''
  const fields = { host: 'HOST', ...fieldsOf(workload, `RUN-${countMark}`) }
  const length = method === 'POST' ? [`content-length: ${Buffer.byteLength(body)}`] : []
  const head = [`${method} ${path} HTTP/1.1`, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`)]
  return [...head, ...length, '', body].join('\r\n')
}

/* Lua reads decimal escapes; letters and digits are left for people. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[^ -~]|['\\]/gu, escaped)}'`
}

function escaped(character: string): string {
  return `\\${String(character.charCodeAt(0)).padStart(3, '0')}`
}
