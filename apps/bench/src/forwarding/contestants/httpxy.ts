import { createProxyServer } from 'httpxy'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { inTurn, keepingAgent } from './turns.ts'

export const listen: Listen = (servers) => {
  const proxy = createProxyServer({ agent: keepingAgent() })
  const next = inTurn(servers)
  return listening((request, response) => {
    proxy.web(request, response, { target: next() }).catch(() => response.writeHead(502).end())
  })
}
