import { checkHealthCheck } from '../health/health-check.ts'
import type { ServerOptions } from '../balancer-options.ts'
import type { Settings } from '../options.ts'
import { checkOptions, invalid, isPlainObject } from '../validation.ts'
import { parseServer, serverRules } from './parse-server.ts'
import type { Server } from './server.ts'

/**
 * Reads a list of servers.
 *
 * @throws InvalidOptionsError for what is no list, for a wrong server, or for two with the same id
 */
export function readServers(given: readonly (string | ServerOptions)[], ledger: Settings['ledger']): readonly Server[] {
  if (!Array.isArray(given)) throw invalid('servers', given, 'an array of servers')
  const servers = Array.from(given, (one, index) => readServer(one, `servers[${index}]`, ledger))
  const firstById = new Map<string, number>()
  for (const [index, server] of servers.entries()) {
    const first = firstById.get(server.id)
    if (first !== undefined) {
      throw invalid(`servers[${index}].id`, server.id, `an id that servers[${first}] does not have already`)
    }
    firstById.set(server.id, index)
  }
  return servers
}

/** Reads one server. @throws InvalidOptionsError */
export function readServer(given: string | ServerOptions, path: string, ledger: Settings['ledger']): Server {
  const options = typeof given === 'string' ? { url: given } : given
  if (!isPlainObject(options)) throw invalid(path, given, 'a URL, or an object with a url')
  if (options instanceof URL) throw invalid(path, given, 'a URL as a string; use url.href')
  checkOptions(options, serverRules, path)
  checkHealthCheck(options.healthCheck, `${path}.healthCheck`)
  return parseServer(options, path, ledger)
}
