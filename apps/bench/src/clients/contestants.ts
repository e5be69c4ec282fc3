import { Agent } from 'node:http'
import type { AxiosInstance } from 'axios'

/*
 * Who stands side by side. All keep their connections, send the same payment with the same key, and get the same
 * answer. Each is loaded only in the process that measures it, so a peer that is missing fails alone.
 */

/** A client that is to be measured. */
export interface Contestant {
  readonly name: string
  /** How it stands to paylb. */
  readonly kind: 'reference' | 'ours' | 'peer'
  readonly make: (url: string) => Promise<Pick<AxiosInstance, 'post' | 'get'>>
}

async function plain(url: string): Promise<AxiosInstance> {
  const { default: axios } = await import('axios')
  return axios.create({ baseURL: url, timeout: 5_000, httpAgent: new Agent({ keepAlive: true }) })
}

async function balanced(url: string, transport: 'axios' | 'undici'): Promise<AxiosInstance> {
  const { default: axios } = await import('axios')
  const { paylb } = await import('@paylb/axios')
  const httpAgent = transport === 'axios' ? { httpAgent: new Agent({ keepAlive: true }) } : {}
  const instance = axios.create({ timeout: 5_000, ...httpAgent })
  return paylb(instance, { servers: [url], ledger: 'shared', transport })
}

async function retrying(url: string): Promise<AxiosInstance> {
  const { default: axiosRetry } = await import('axios-retry')
  const instance = await plain(url)
  axiosRetry(instance, { retries: 3 })
  return instance
}

/** By name; the first is what the others are compared with. */
export const contestants: readonly Contestant[] = [
  { name: 'axios', kind: 'reference', make: plain },
  { name: 'axios with paylb', kind: 'ours', make: (url) => balanced(url, 'axios') },
  { name: 'axios with axios-retry', kind: 'peer', make: retrying },
  { name: 'axios with paylb, transport undici', kind: 'ours', make: (url) => balanced(url, 'undici') },
]
