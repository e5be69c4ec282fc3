import type { Problem } from '../target.ts'

/* What belongs to axios' own adapter for Node. Ignoring it would be worse than not having it. */

const unsupported = [
  'beforeRedirect',
  'family',
  'httpAgent',
  'httpsAgent',
  'insecureHTTPParser',
  'lookup',
  'maxRate',
  'maxRedirects',
  'onDownloadProgress',
  'onUploadProgress',
  'proxy',
  'socketPath',
  'transport',
]

/* Axios itself sets these, or they mean what happens anyway. */
const harmless: Readonly<Record<string, readonly unknown[]>> = { maxRedirects: [0], proxy: [false] }

/** The setting of an instance or a call that the transport cannot follow. */
export function findUnsupported(config: object): Problem | undefined {
  const given = config as Readonly<Record<string, unknown>>
  const path = unsupported.find((name) => {
    const value = given[name]
    return value !== undefined && value !== null && harmless[name]?.includes(value) !== true
  })
  if (path === undefined) return undefined
  return { path, text: "is not possible with transport: 'undici'; leave it out, or use axios' own transport" }
}
