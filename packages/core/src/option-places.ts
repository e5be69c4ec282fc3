import type { BalancerOptions, HealthOptions, ServerOptions } from './balancer-options.ts'

/*
 * Where an option belongs that stands in the wrong place. A balancer, its servers, its health and the doors in front of
 * it are told apart by where their options stand; whoever mixes them up is told where to put them.
 */

const ofBalancer: Readonly<Record<keyof BalancerOptions, true>> = {
  servers: true,
  strategy: true,
  zone: true,
  ledger: true,
  ledgers: true,
  journal: true,
  onJournalFailure: true,
  duplicates: true,
  reconcile: true,
  onUnknown: true,
  recovery: true,
  health: true,
  panic: true,
  maxInFlight: true,
  queue: true,
  failover: true,
  classify: true,
  observer: true,
  clock: true,
  random: true,
}

const ofServer: Readonly<Record<keyof ServerOptions, true>> = {
  id: true,
  url: true,
  weight: true,
  priority: true,
  zone: true,
  maxInFlight: true,
  ledger: true,
  healthCheck: true,
  meta: true,
}

const ofHealth: Readonly<Record<keyof HealthOptions, true>> = {
  consecutiveConnectionFailures: true,
  consecutiveFailures: true,
  windowMs: true,
  minFailures: true,
  minGap: true,
  ejectionMs: true,
  maxEjectionMs: true,
  ejectionJitter: true,
  maxEjected: true,
  minAvailable: true,
  freezeShare: true,
  probationSuccesses: true,
  slowStartMs: true,
  slowStartAggression: true,
  ejectOnUnauthorized: true,
}

/* Core knows no door, only what their options are called. A test of the documentation holds this list to the README. */
const ofDoor: ReadonlySet<string> = new Set([
  'pathFilter',
  'pathRewrite',
  'forward',
  'timeouts',
  'keyHeader',
  'requireKey',
  'generateKey',
  'keyScope',
  'safeRoutes',
  'onAttempt',
  'maxReplayBytes',
  'maxBodyBytes',
  'maxAnswerBufferBytes',
  'onClientAbort',
  'exposeServer',
  'healthCheck',
  'trustProxy',
  'preserveHost',
  'tls',
])

interface Place {
  has(name: string): boolean
  words(name: string): string
}

const places: readonly Place[] = [
  {
    has: (name) => ofDoor.has(name),
    words: (name) =>
      `to the door in front of the balancer: paylb({ servers, ${name} }) or paylb(balancer, { ${name} })`,
  },
  { has: (name) => Object.hasOwn(ofBalancer, name), words: (name) => `to the balancer: createBalancer({ ${name} })` },
  {
    has: (name) => Object.hasOwn(ofHealth, name),
    words: (name) => `to the health of the balancer: health: { ${name} }`,
  },
  { has: (name) => Object.hasOwn(ofServer, name), words: (name) => `to a server: servers: [{ url, ${name} }]` },
]

/** Says where an option of this name belongs, or undefined where it belongs nowhere. */
export function placeOf(name: string): string | undefined {
  const words = places.filter((place) => place.has(name)).map((place) => place.words(name))
  return words.length === 0 ? undefined : `it belongs ${words.join(', or ')}`
}
