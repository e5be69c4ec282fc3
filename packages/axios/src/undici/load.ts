import { findPackageJSON } from 'node:module'
import { InvalidOptionsError } from '@paylb/core'
import type { Balancer } from '@paylb/core'
import type { Transport, TransportOptions } from '@paylb/undici'

/* @paylb/undici is only needed by those who ask for it, so it is looked for when a client is made, and loaded then. */

/** The transport, once it is there. */
export type LoadTransport = () => Transport | Promise<Transport>

/**
 * A transport with connections of its own, which follow the balancer's servers and end with it.
 *
 * @throws InvalidOptionsError when @paylb/undici is not installed
 */
export function loadTransport(balancer: Balancer, options: TransportOptions): LoadTransport {
  if (findPackageJSON('@paylb/undici', import.meta.url) === undefined) {
    throw new InvalidOptionsError(
      'transport',
      "'undici' needs the package @paylb/undici; install it beside @paylb/axios",
    )
  }
  let transport: Transport | Promise<Transport> = load(balancer, options)
  transport.then(
    (loaded) => (transport = loaded),
    () => {}, // whoever calls hears of it
  )
  return () => transport
}

async function load(balancer: Balancer, options: TransportOptions): Promise<Transport> {
  const { createTransport } = await import('@paylb/undici')
  const transport = createTransport(options)
  balancer.observe({
    onServerRemoved: (server) => void transport.forget(server),
    onClose: () => void transport.close(),
  })
  return transport
}
