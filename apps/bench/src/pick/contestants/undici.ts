import { BalancedPool, Pool } from 'undici'
import type { Dispatcher } from 'undici'
import { addressOf, forEachServer } from './contestant.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

/*
 * undici's BalancedPool, public API: `dispatch` over pools whose own `dispatch` only says who was asked. So the pick is
 * measured with the few checks that `dispatch` makes around it, and nothing is sent.
 */

/* How a pool is asked for its origin: with 10 000 of them, each new one asks all others, and a URL's answer takes long. */
interface HasUrl {
  [url: symbol]: { readonly origin: string }
}

/** A balanced pool over pools that send nothing. */
export function balancedPool({ servers }: ContestantOptions): Contestant {
  let asked: Pool | undefined
  const silentPool = (origin: string): Pool => {
    const pool = withPlainUrl(new Pool(origin), origin)
    pool.dispatch = () => {
      asked = pool
      return true
    }
    return pool
  }
  const pool = new BalancedPool(
    forEachServer(servers, (index) => `http://${addressOf(index)}:8080`),
    { factory: (origin) => silentPool(origin.toString()) },
  )
  const request: Dispatcher.DispatchOptions = { method: 'POST', path: '/' }
  const handler: Dispatcher.DispatchHandler = { onResponseError: () => undefined }
  return {
    pick: () => {
      asked = undefined
      pool.dispatch(request, handler)
      return asked
    },
  }
}

function withPlainUrl(pool: Pool, origin: string): Pool {
  const url = Object.getOwnPropertySymbols(pool).find((symbol) => symbol.description === 'url')
  if (url !== undefined) (pool as unknown as HasUrl)[url] = { origin }
  return pool
}
