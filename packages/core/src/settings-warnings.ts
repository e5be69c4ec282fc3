import type { Observers, Warning } from './observer.ts'
import type { Settings } from './options.ts'

/*
 * What is allowed but probably not meant. None of it is an error: servers come and go at run time, and what looks idle
 * when the balancer is made may be needed a minute later.
 */

/** Warns of what looks wrong with the settings as a whole; those who listen later are told as well. */
export function warnOfSettings(settings: Settings, hasSeveralLedgers: boolean, observers: Observers): void {
  const warnings = [
    localPins(settings, hasSeveralLedgers),
    unusedLedgers(settings),
    emptyZone(settings),
    noEjections(settings),
    unusedQueue(settings),
  ]
  for (const warning of warnings) if (warning !== undefined) observers.warnAlways(warning)
}

function localPins({ journal, ledger, servers }: Settings, hasSeveralLedgers: boolean): Warning | undefined {
  if (!hasSeveralLedgers || journal.secret !== undefined) return undefined
  const declared = servers.filter((server) => server.declaresLedger).length
  const undeclared = declared === 0 ? 'each server' : 'each server without a `ledger`'
  const cause =
    ledger !== undefined || declared === servers.length
      ? 'there are several ledgers'
      : `${undeclared} is taken for a ledger of its own, because \`ledger\` is not set`
  return {
    code: 'journal-is-local',
    message: `${cause}, and only this process knows which key went to which: another process, or this one after a restart, may send the same key to another ledger. Declare one ledger (ledger: 'shared') if the servers share one, or use a durable journal`,
  }
}

/* A misspelt name would leave a ledger with the defaults, which trust it more. */
function unusedLedgers({ ledgers, servers }: Settings): Warning | undefined {
  const used = new Set(servers.map((server) => server.ledger))
  const unused = [...ledgers.keys()].filter((name) => !used.has(name))
  if (unused.length === 0) return undefined
  return {
    code: 'ledger-unused',
    message: `ledgers describes ${unused.join(', ')}, but no server has this ledger; a server names its ledger in its own \`ledger\``,
  }
}

function emptyZone({ zone, servers }: Settings): Warning | undefined {
  if (zone === undefined || servers.some((server) => server.zone === zone)) return undefined
  const zones = [...new Set(servers.map((server) => server.zone ?? 'no zone'))].join(', ')
  return {
    code: 'zone-empty',
    message: `zone is ${JSON.stringify(zone)}, but no server stands there (they stand in: ${zones}); all servers count as being elsewhere`,
  }
}

function noEjections({ health, servers }: Settings): Warning | undefined {
  if (health === false || servers.length < 2 || health.minAvailable < servers.length) return undefined
  return {
    code: 'no-ejections',
    message: `health.minAvailable is ${health.minAvailable} and there are ${servers.length} servers, so nobody is ever ejected; use health: false if that is meant`,
  }
}

/* Without a limit nobody is ever full, so the queue that was meant to protect the servers lets everything through. */
function unusedQueue({ queue, maxInFlight, servers }: Settings): Warning | undefined {
  const isLimited = maxInFlight < Infinity || servers.some((server) => server.maxInFlight < Infinity)
  if (queue.max === 0 || isLimited) return undefined
  return {
    code: 'queue-unused',
    message: `queue.max is ${queue.max}, but there is no maxInFlight, so no request ever waits; set maxInFlight for the balancer or for its servers`,
  }
}
