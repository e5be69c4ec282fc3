/* `pnpm --filter @paylb/examples express`: three payment servers, and an example that uses them. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { startPaymentServer } from '@paylb/testing'

const [name = 'express'] = process.argv.slice(2)
const paymentServers = await Promise.all([1, 2, 3].map((nth) => startPaymentServer({ id: `pay-${nth}` })))
const PAYMENT_SERVERS = paymentServers.map(({ url }) => url).join(',')
const PORT = process.env['PORT'] ?? '3000'

const file = path.join(import.meta.dirname, `${name}.ts`)
const example = spawn(process.execPath, [...process.execArgv, file], {
  env: { ...process.env, PAYMENT_SERVERS, PORT },
  stdio: 'inherit',
})
example.once('exit', () => {
  for (const server of paymentServers) void server.close()
})
process.on('SIGINT', () => example.kill())
process.on('SIGTERM', () => example.kill())

const [route, body] =
  name === 'axios' || name === 'fetch'
    ? ['orders', '{"id":"order-17","amount":1000}']
    : ['payments/charges', '{"reference":"order-17","amount":1000}']
console.log(`pay:  curl -i http://127.0.0.1:${PORT}/${route} -H 'authorization: Bearer shop' \\
      -H 'content-type: application/json' -H 'idempotency-key: order-17' -d '${body}'
stop: Ctrl-C`)
