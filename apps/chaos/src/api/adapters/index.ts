import type { AdapterName } from '../setup.ts'
import { listenWithAxios } from './axios.ts'
import { listenWithExpress } from './express.ts'
import { listenWithFastify } from './fastify.ts'
import { listenWithKoa } from './koa.ts'
import type { Listen } from './listening.ts'
import { listenWithNode } from './node.ts'

/** How an API is made with each adapter. */
export const adapters: Readonly<Record<AdapterName, Listen>> = {
  express: listenWithExpress,
  fastify: listenWithFastify,
  koa: listenWithKoa,
  node: listenWithNode,
  axios: listenWithAxios,
}
