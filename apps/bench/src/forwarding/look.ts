import { Agent, request } from 'node:http'
import type { Contestant } from './contestants/contestant.ts'
import { echoField } from './payment-server.ts'
import type { Echo } from './payment-server.ts'
import { fieldsOf, methodOf, path, payment } from './workloads.ts'
import type { Workload } from './workloads.ts'

/* Whoever loses a key or part of a body is fast for the wrong reason. So everybody is looked at before the first round. */

const limitMs = 5_000

/** Sends one request of each workload through an API. @throws Error that says what was wrong with an answer */
export async function lookAt(url: string, { kind }: Contestant, workloads: readonly Workload[]): Promise<void> {
  for (const workload of workloads) {
    const key = `look-${workload.length}`
    const { status, body } = await send(url, workload, { ...fieldsOf(workload, key), [echoField]: '1' })
    if (status !== 200) throw new Error(`it answered ${workload} with ${status}`)
    if (kind !== 'floor') compare(workload, key, body)
  }
}

function compare(workload: Workload, key: string, answer: string): void {
  const expected: Echo = {
    method: methodOf(workload),
    ...(workload === 'POST' ? { key } : { key: undefined }),
    body: workload === 'GET' ? '' : payment,
  }
  const came = JSON.parse(answer) as Partial<Echo>
  for (const name of ['method', 'key', 'body'] as const) {
    if (came[name] !== expected[name]) throw new Error(`its ${workload} came with another ${name}`)
  }
}

function send(
  url: string,
  workload: Workload,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; body: string }> {
  const method = methodOf(workload)
  const signal = AbortSignal.timeout(limitMs)
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers: fields, signal, agent: new Agent() }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.once('end', () => resolve({ status: response.statusCode, body })).once('error', reject)
    })
    sent.once('error', reject)
    sent.end(method === 'POST' ? payment : undefined)
  })
}
