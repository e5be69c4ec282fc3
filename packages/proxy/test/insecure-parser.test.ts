import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { paylb } from '../src/index.ts'
import { serve } from './support/serve.ts'

/* What a lenient parser lets pass, two servers may read as two different requests. */

test('on a server with insecureHTTPParser nothing is forwarded, and the log says why, once', async () => {
  let asked = 0
  const server = await serve((_request, response) => {
    asked += 1
    response.end()
  })
  const handler = paylb({ servers: [server] })
  const app = createServer({ insecureHTTPParser: true }, handler).listen(0, '127.0.0.1')
  onTestFinished(async () => {
    await handler.close()
    app.close()
    app.closeAllConnections()
  })
  await once(app, 'listening')
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  for (const method of ['GET', 'POST']) {
    const refused = await fetch(`${url}/charges`, { method })
    expect([refused.status, refused.headers.get('paylb-outcome')]).toEqual([500, 'not-executed'])
  }
  expect(asked).toBe(0)
  const told = warnings.filter(({ name }) => name === 'PaylbWarning')
  expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('was made with insecureHTTPParser')])
})
