import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Balancer, Timeouts } from '@paylb/core'

/** Makes an API on a free port that answers `POST /payments/charges`, and says `paylb-outcome` in its answers. */
export type Listen = (balancer: Balancer, timeouts: Timeouts) => Promise<ListeningApi>

/** An API that listens. */
export interface ListeningApi {
  readonly url: string
  /** Ends the API and everything of paylb but the balancer. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1. */
export async function listenOn(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Takes no more connections; resolves when the last one has ended. */
export function ended(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
