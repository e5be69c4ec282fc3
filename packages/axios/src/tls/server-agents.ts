import { Agent } from 'node:https'
import type { Balancer, Server } from '@paylb/core'
import type { CertificatesByServer, ServerTls } from './certificates.ts'

/*
 * Certificates under axios' own transport. A server knows a client by its connection, so an agent, which shares its
 * connections, is for those servers only that are secured with exactly the same.
 */

/** The agent for a server on `https:`. */
export type AgentOf = (server: Server) => Agent

/** Agents that follow `tls` through its reloads, and end with the balancer. */
export function serverAgents(tls: CertificatesByServer, balancer: Balancer): AgentOf {
  const agents = new Map<string, Agent>()
  const stopFollowing = tls.onReload(() => {
    for (const agent of agents.values()) retire(agent)
    agents.clear()
  })
  balancer.observe({
    onClose: () => {
      stopFollowing()
      for (const agent of agents.values()) agent.destroy()
    },
  })
  return ({ id }) => {
    const secured = tls.of(id)
    const agent = agents.get(secured.digest) ?? agentFor(secured)
    agents.set(secured.digest, agent)
    return agent
  }
}

function agentFor({ secureContext, servername, acceptsAny }: ServerTls): Agent {
  const name = servername === undefined ? {} : { servername }
  return new Agent({ keepAlive: true, secureContext, rejectUnauthorized: !acceptsAny, ...name })
}

/* What is in flight goes on to its end; its connection is then closed, like those that are idle now. */
function retire(agent: Agent): void {
  agent.maxFreeSockets = 0
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
