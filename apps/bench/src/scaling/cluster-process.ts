import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { paylb } from '@paylb/proxy'
import { everythingOn } from '../forwarding/contestants/paylb-options.ts'

/* An API of several processes on one port: `node cluster-process.js WORKERS ORIGIN…`. */

const [workers = '1', ...servers] = process.argv.slice(2)
if (cluster.isPrimary) {
  let listening = 0
  cluster.on('listening', (_worker, { port }) => {
    listening += 1
    if (listening === Number(workers)) process.send?.({ value: `http://127.0.0.1:${port}` })
  })
  for (let worker = 0; worker < Number(workers); worker += 1) cluster.fork()
  process.once('disconnect', () => process.exit(0))
} else {
  createServer(paylb(everythingOn(servers))).listen(0, '127.0.0.1')
  process.once('disconnect', () => process.exit(0))
}
