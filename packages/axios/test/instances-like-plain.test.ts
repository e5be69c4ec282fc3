import axios from 'axios'
import type { AxiosError, AxiosInstance, AxiosProgressEvent, CreateAxiosDefaults } from 'axios'
import { describe, expect, test } from 'vitest'
import { startServer } from './support/servers.ts'
import { balanced, plain, startTarget, ways } from './support/ways.ts'
import type { Way } from './support/ways.ts'

/* What an instance does over more than one call, or beside its answer, is what plain axios does. */

type Make = (defaults?: CreateAxiosDefaults, reply?: Parameters<typeof startServer>[0]) => Promise<AxiosInstance>

/** What an instance does over more than one call, or beside its answer. */
interface Custom {
  readonly name: string
  readonly trace: (make: Make) => Promise<unknown>
}

/*
 * Plain axios also leaves the fields that its adapter has added in the config. Ours does not: with the length of an old
 * body, a config that is sent again would cut or hang a payment.
 */
function callersOwn(headers: object): object {
  const added = ['Accept-Encoding', 'Content-Length', 'User-Agent']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !added.includes(name)))
}

const customs: readonly Custom[] = [
  { name: 'interceptors and their order', trace: interceptors },
  {
    name: 'the config and request of an error and of an answer',
    trace: async (make) => {
      const client = await make({ headers: { 'X-Api': 'k' }, timeout: 4_000 })
      const answer = await client.post('/json', { a: 1 })
      const error = await client.post('/missing', { a: 1 }).catch((thrown: unknown) => thrown)
      const { config, response, message, status } = error as AxiosError
      return [answer.config, config]
        .map((one) => [one?.method, one?.url, one?.data, one?.timeout, callersOwn(one?.headers.toJSON() ?? {})])
        .concat([[message, status, response?.config === config, axios.isAxiosError(error)]])
    },
  },
  {
    name: 'a call that is cancelled on its way, and one that takes too long',
    trace: async (make) => {
      const client = await make({}, () => {})
      const source = axios.CancelToken.source()
      const [controller, calls] = [new AbortController(), [] as Promise<unknown>[]]
      calls.push(client.get('/json', { signal: controller.signal }), client.get('/json', { cancelToken: source.token }))
      calls.push(client.get('/json', { timeout: 40 }))
      calls.push(client.get('/json', { timeout: 40, transitional: { clarifyTimeoutError: true } }))
      controller.abort()
      source.cancel('enough')
      const errors = await Promise.all(calls.map((call) => call.catch((thrown: unknown) => thrown)))
      return errors.map((error) => [(error as AxiosError).name, (error as AxiosError).code, axios.isCancel(error)])
    },
  },
  {
    name: 'calls in every way to make them',
    trace: async (make) => {
      const client = await make()
      const answers = await Promise.all([
        client('/json'),
        client({ url: '/json', method: 'PATCH', data: { a: 1 } }),
        client.request({ url: '/json' }),
        client.options('/json'),
        client.put('/json', {}),
        client.patch('/json', {}),
        client.putForm('/form', { a: 1 }),
      ])
      return answers.map(({ status, data, config }) => [status, data as unknown, config.method])
    },
  },
  {
    name: 'defaults that change after the instance was made',
    trace: async (make) => {
      const client = await make()
      client.defaults.headers.common['X-Later'] = '1'
      client.defaults.params = { later: 1 }
      const { config } = await client.get('/json')
      return [config.headers['X-Later'], config.params as unknown]
    },
  },
  {
    name: 'an instance that is made of it',
    trace: async (make) => {
      const client = await make({ headers: { 'X-Api': 'k' } })
      const { data, config } = await client.create({ headers: { 'X-More': '1' } }).get<unknown>('/json')
      return [data, config.headers['X-Api'], config.headers['X-More']]
    },
  },
]

/* What needs axios' own adapter; the other transport refuses it. */
const customsOfAdapter: readonly Custom[] = [
  {
    name: 'progress events',
    trace: async (make) => {
      const client = await make()
      const seen: unknown[] = []
      const note = (event: AxiosProgressEvent): void => void seen.push([event.loaded, event.total, event.upload])
      await client.post('/json', 'x'.repeat(1_000), { onUploadProgress: note, onDownloadProgress: note })
      return seen.at(-1)
    },
  },
  {
    name: 'too many bytes per second',
    trace: async (make) => (await (await make()).get('/json', { maxRate: 1_000_000 })).status,
  },
]

async function interceptors(make: Make): Promise<unknown> {
  const client = await make()
  const order: string[] = []
  for (const name of ['one', 'two']) {
    client.interceptors.request.use((config) => {
      order.push(`request ${name}`)
      config.headers.set(`X-${name}`, '1')
      return config
    })
    client.interceptors.response.use(
      (response) => {
        order.push(`answer ${name}`)
        return response
      },
      (error: unknown) => {
        order.push(`error ${name}`)
        throw error
      },
    )
  }
  const { config } = await client.get('/json')
  await client.get('/missing').catch(() => order.push('caught'))
  return [order, config.headers['X-one'], config.headers['X-two']]
}

async function traceOf({ trace }: Custom, way: Way): Promise<unknown> {
  return trace(async (defaults, reply) => {
    const target = await (reply === undefined ? startTarget() : startServer(reply))
    return way(target, defaults ?? {})
  })
}

describe.each(ways)('with %s', (_, way) => {
  test.each(customs)('$name are as with plain axios', async (custom) => {
    expect(await traceOf(custom, way)).toEqual(await traceOf(custom, plain))
  })
})

describe('with its own transport', () => {
  test.each(customsOfAdapter)('$name are as with plain axios', async (custom) => {
    expect(await traceOf(custom, balanced({}))).toEqual(await traceOf(custom, plain))
  })
})
