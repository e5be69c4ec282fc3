import { Agent } from 'node:http'

/* What peers that neither take turns nor keep connections by themselves are given, so that they can. */

/** The servers in turn. */
export function inTurn(servers: readonly string[]): () => string {
  let next = -1
  return () => {
    next = (next + 1) % servers.length
    return servers[next] ?? ''
  }
}

/** An agent that keeps its connections, as paylb's does. */
export function keepingAgent(): Agent {
  return new Agent({ keepAlive: true })
}
