import type { AddressInfo } from 'node:net'
import { listen as listenCeiling } from '../forwarding/contestants/ceiling.ts'
import type { Listen } from '../forwarding/contestants/contestant.ts'
import { listen as listenPaylb } from '../forwarding/contestants/paylb.ts'
import type { MeasureCell } from '../measure/cell.ts'
import { QuickCallers } from './quick-callers.ts'
import { startQuickServer } from './quick-server.ts'

/*
 * Callers, forwarder and servers in one process, so that no other core and no waking of processes is in the figure: what
 * is left is the processor time of a request. Short rounds in turn, and of each contestant's rounds the lower quartile: a
 * busy machine only ever adds.
 */

/** Processor time of paylb, as a multiple of the ceiling's. */
export interface ForwardingRatios {
  readonly withKey: number
  readonly withoutKey: number
}

const connections = 16
const warmUpPayments = 20_000
const rounds = 60
const paymentsPerRound = 400

/** Measures all three in turn. */
export const measureCell: MeasureCell<object, ForwardingRatios> = async () => {
  const servers = [await startQuickServer(), await startQuickServer(), await startQuickServer()]
  const all = [
    await callersOf(listenCeiling, servers, true),
    await callersOf(listenPaylb, servers, true),
    await callersOf(listenPaylb, servers, false),
  ]
  for (const callers of all) await callers.pay(warmUpPayments)
  const costs = all.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, callers] of all.entries()) costs[index]?.push(await costOf(callers))
  }
  const [ceiling = Number.NaN, withKey = Number.NaN, withoutKey = Number.NaN] = costs.map(lowerQuartile)
  return { withKey: withKey / ceiling, withoutKey: withoutKey / ceiling }
}

async function callersOf(listen: Listen, servers: readonly string[], hasKeys: boolean): Promise<QuickCallers> {
  const server = await listen(servers)
  return QuickCallers.connect((server.address() as AddressInfo).port, connections, hasKeys)
}

async function costOf(callers: QuickCallers): Promise<number> {
  const before = process.cpuUsage()
  await callers.pay(paymentsPerRound)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 4)] ?? Number.NaN
}
