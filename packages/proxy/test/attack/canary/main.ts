import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Balancer } from '@paylb/core'
import { paylb as balanced } from '@paylb/axios'
import axios from 'axios'
import { paylb } from '../../../src/index.ts'
import { listen } from '../../support/mount.ts'
import { readRequests } from '../support/strict-reader.ts'
import { accidents } from './accidents.ts'
import type { Accident, Call } from './accidents.ts'
import { badOptions } from './bad-options.ts'
import { observer, show, tell } from './collector.ts'
import { body, headers, target } from './secrets.ts'

/* A process of its own: what it writes to stdout and stderr is all that an operator would see. */

type Send = (call: Call) => Promise<void>

async function startServer(respond: Accident['server']): Promise<{ server: Server; url: string }> {
  const server = createServer((socket: Socket) => {
    let heard = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      if (readRequests(heard).messages.length === 0) return
      heard = ''
      respond?.(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  if (respond === undefined) server.close()
  return { server, url: `http://127.0.0.1:${port}` }
}

async function throughMiddleware(accident: Accident, url: string): Promise<void> {
  const handler = paylb({ servers: [url], ...accident.options })
  const app = await listen((request, response) => handler(request, response, () => response.end()))
  await play(accident, 'the middleware', handler.balancer, async (call) => {
    const answer = await fetch(app.url + target, { method: 'POST', ...call })
    const text = await answer.text()
    tell(accident.what, 'status', `${answer.status}`)
    const isOwn = answer.headers.get('content-type') === 'application/problem+json'
    if (isOwn) tell(accident.what, 'problem', JSON.stringify([[...answer.headers], text]))
  })
  await app.close()
  await handler.close()
}

async function throughAxios(accident: Accident, url: string, transport: 'axios' | 'undici'): Promise<void> {
  const client = balanced(axios.create(), { servers: [url], transport, ...accident.options })
  await play(accident, `axios over ${transport}`, client.paylb, async (call) => {
    try {
      await client.post(target, call.body, { headers: { ...call.headers } })
    } catch (error) {
      show(accident.what, 'error', error)
    }
  })
  await client.paylb.close()
}

async function play({ what, calls, isAtOnce }: Accident, door: string, balancer: Balancer, send: Send): Promise<void> {
  const after = `${what}, through ${door}`
  balancer.observe(observer(after))
  const all = calls ?? [{ headers, body }]
  if (isAtOnce === true) await Promise.all(all.map(send))
  else for (const call of all) await send(call)
  show(after, 'snapshot', balancer.snapshot())
  await balancer.recover().then((report) => show(after, 'recovery', report))
  show(after, 'unsettled', await balancer.unsettled())
}

for (const accident of accidents) {
  const { server, url } = await startServer(accident.server)
  await throughMiddleware(accident, url)
  for (const transport of ['axios', 'undici'] as const) await throughAxios(accident, url, transport)
  server.close()
}
for (const [what, give] of Object.entries(badOptions)) {
  try {
    give()
    tell(what, 'options', 'accepted')
  } catch (error) {
    show(what, 'options', error)
  }
}
