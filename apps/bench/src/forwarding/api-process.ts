import type { AddressInfo } from 'node:net'
import { contestants, durable } from './contestants/registry.ts'
import { pin } from './cores.ts'

/*
 * The API under test, in a process that lives through all rounds: `node api-process.js NAME CORE ORIGIN…`, with `-` for
 * any core. It says its URL, and each message is answered with the CPU microseconds it has used so far.
 */

const [name, core = '-', ...servers] = process.argv.slice(2)
const contestant = [...contestants, durable].find((one) => one.name === name)
if (contestant?.runsIn !== 'node') throw new Error('an API is started by the bench, not by hand')

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ value: user + system })
})
process.once('disconnect', () => process.exit(0))

try {
  if (core !== '-') pin(process.pid, [Number(core)])
  const server = await contestant.listen(servers)
  process.send?.({ value: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
} catch (error) {
  process.send?.({ failure: error instanceof Error ? error.message : String(error) })
}
