/* A Koa API with a router and an error handler. Lines of paylb: those with `payments`. */
import { Router } from '@koa/router'
import type { RouterContext } from '@koa/router'
import { paylb } from '@paylb/koa'
import Koa from 'koa'
import { port, servers } from './environment.ts'
import { stopListening } from './stop-listening.ts'

const app = new Koa()
const router = new Router()

app.use(async (context, next) => {
  try {
    await next()
  } catch (error) {
    context.status = 500
    context.body = { error: 'internal' }
    context.app.emit('error', error, context)
  }
})

const payments = paylb({ servers, pathFilter: '/payments', pathRewrite: { '^/payments': '' } })
app.use(payments)

router.get('/orders/:id', (context: RouterContext) => {
  context.body = { id: context.params['id'] }
})
app.use(router.routes())

const server = app.listen(port, '127.0.0.1', () => console.log('listening', server.address()))

process.once('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await stopListening(server) // first the callers: every payment in flight is answered
  await payments.close() // then the connections to the payment servers
}
