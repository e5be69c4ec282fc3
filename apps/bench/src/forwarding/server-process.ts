import type { AddressInfo } from 'node:net'
import { listening } from './contestants/listening.ts'
import { answerPayment } from './payment-server.ts'

/* Three small fast payment servers in a process of their own. It says their origins, and ends with its parent. */

const howMany = 3
const keptMs = 120_000

const servers = await Promise.all(Array.from({ length: howMany }, () => listening(answerPayment)))
for (const server of servers) server.keepAliveTimeout = keptMs
process.send?.({ value: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`) })
process.once('disconnect', () => process.exit(0))
