/* Plain Node: what is not below /payments is the API's own. Lines of paylb: those with `payments`. */
import { createServer } from 'node:http'
import { paylb } from '@paylb/proxy'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const payments = paylb({ servers, pathFilter: '/payments', pathRewrite: { '^/payments': '' } })

const server = createServer((request, response) => {
  payments(request, response, () => response.end('an ordinary API\n'))
})
server.listen(port, '127.0.0.1', () => console.log('listening', server.address()))

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(server) // first the callers: every payment in flight is answered
  await payments.close() // then the connections to the payment servers
}
