import type { Contestant, Kind, Listen, NodeContestant } from './contestant.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'

/** Everybody, in the order of the table. */
export const contestants: readonly Contestant[] = [
  inNode('answers-by-itself', 'floor', () => import('./answer.ts')),
  inNode('ceiling', 'ceiling', () => import('./ceiling.ts')),
  inNode('paylb', 'ours', () => import('./paylb.ts')),
  inNode('ceiling-express', 'ceiling', () => import('./ceiling-express.ts')),
  inNode('paylb-express', 'ours', () => import('./paylb-express.ts')),
  inNode('http-proxy-middleware', 'peer', () => import('./http-proxy-middleware.ts')),
  inNode('express-http-proxy', 'peer', () => import('./express-http-proxy.ts')),
  inNode('ceiling-fastify', 'ceiling', () => import('./ceiling-fastify.ts')),
  inNode('paylb-fastify', 'ours', () => import('./paylb-fastify.ts')),
  inNode('@fastify/http-proxy', 'peer', () => import('./fastify-http-proxy.ts')),
  inNode('ceiling-koa', 'ceiling', () => import('./ceiling-koa.ts')),
  inNode('paylb-koa', 'ours', () => import('./paylb-koa.ts')),
  inNode('koa-proxies', 'peer', () => import('./koa-proxies.ts')),
  inNode('httpxy', 'peer', () => import('./httpxy.ts')),
  nginx,
  haproxy,
]

/** Only for the comparison of journals. */
export const durable: NodeContestant = inNode('paylb, sqlite journal', 'ours', () => import('./paylb-sqlite.ts'))

/* Loaded when it is to listen, which is in its own process. */
function inNode(name: string, kind: Kind, load: () => Promise<{ readonly listen: Listen }>): NodeContestant {
  return { name, kind, runsIn: 'node', listen: async (servers) => (await load()).listen(servers) }
}
