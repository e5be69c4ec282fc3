import { parseArgs } from 'node:util'
import type { Dedupe, PaymentServerOptions } from './options.ts'

/** The options that a separate process can be given. */
export type ProcessOptions = Omit<PaymentServerOptions, 'loadReport' | 'faults' | 'recordRequests'> & {
  readonly loadReport?: boolean
}

/** What the command line of a payment server says. */
export interface Flags {
  readonly options: ProcessOptions
  readonly controlPort: number
}

const flags = {
  id: { type: 'string' },
  port: { type: 'string' },
  ledger: { type: 'string' },
  dedupe: { type: 'string' },
  'fails-open': { type: 'boolean' },
  'load-report': { type: 'boolean' },
  capacity: { type: 'string' },
  seed: { type: 'string' },
  'keep-alive-ms': { type: 'string' },
  'control-port': { type: 'string' },
} as const

/** What the command can be told, in words. */
export const usage: string = `paylb-payment-server: a payment server to break, on 127.0.0.1
${Object.entries(flags)
  .map(([name, { type }]) => `  --${name}${type === 'string' ? '=…' : ''}`)
  .join('\n')}
Without --port and --control-port free ports are taken; one line of JSON says which.
`

/**
 * Reads a command line; the inverse of `flagsOf`.
 *
 * @throws TypeError for an unknown flag
 */
export function parseFlags(commandLine: readonly string[]): Flags {
  const { values } = parseArgs({ args: [...commandLine], options: flags, strict: true })
  const options = {
    ...given('id', values.id),
    ...given('port', toNumber(values.port)),
    ...given('ledgerFile', values.ledger),
    ...given('dedupe', values.dedupe as Dedupe | undefined),
    ...given('failsOpen', values['fails-open']),
    ...given('loadReport', values['load-report']),
    ...given('capacity', toNumber(values.capacity)),
    ...given('seed', toNumber(values.seed)),
    ...given('keepAliveMs', toNumber(values['keep-alive-ms'])),
  }
  return { options, controlPort: toNumber(values['control-port']) ?? 0 }
}

/** The command line that starts a server with these options. */
export function flagsOf({ options, controlPort }: Flags): string[] {
  const values = {
    id: options.id,
    port: options.port,
    ledger: options.ledgerFile,
    dedupe: options.dedupe,
    'fails-open': options.failsOpen,
    'load-report': options.loadReport,
    capacity: options.capacity,
    seed: options.seed,
    'keep-alive-ms': options.keepAliveMs,
    'control-port': controlPort,
  } satisfies Record<keyof typeof flags, unknown>
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    return value === true ? [`--${name}`] : [`--${name}=${value}`]
  })
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}

function toNumber(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
