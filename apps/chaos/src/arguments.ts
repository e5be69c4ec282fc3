import { parseArgs } from 'node:util'
import { strategies } from '@paylb/core'
import type { StrategyName } from '@paylb/core'
import { adapterNames } from './api/setup.ts'
import type { AdapterName } from './api/setup.ts'
import { ledgerModes } from './fleet/ledgers.ts'
import type { LedgerMode } from './fleet/ledgers.ts'

/** What a command line asks for. */
export interface Arguments {
  readonly adapters: readonly AdapterName[]
  readonly payments: number
  readonly seed: number
  readonly minutes: number
  readonly ledgers: LedgerMode
  readonly strategy: StrategyName
  readonly reconciles: boolean
  readonly short: boolean
  readonly help: boolean
}

const options = {
  adapter: { type: 'string' },
  payments: { type: 'string' },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  ledgers: { type: 'string' },
  strategy: { type: 'string' },
  reconcile: { type: 'boolean' },
  short: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/* It leaves no server alone for long: one that nobody asks is hit by nothing. */
const usualStrategy: StrategyName = 'round-robin'
const strategyNames = Object.keys(strategies) as readonly StrategyName[]
const fullPayments = 20_000
const shortPayments = 500
/* The two that share the least code: a forwarder below a framework, and a client. */
const shortAdapters: readonly AdapterName[] = ['express', 'axios']

export const usage = `chaos: payments past dying processes, then a check of the ledgers and the journal
  --adapter ${adapterNames.join('|')}|all   all; with --short: ${shortAdapters.join(' and ')}
  --payments N     at least so many payments through each adapter (${fullPayments}; with --short ${shortPayments})
  --seed S         where chance starts (a new one each time); the same seed plays the same faults
  --minutes M      at least so long for each adapter (0)
  --ledgers ${ledgerModes.join('|')}   which servers share a ledger (shared)
  --strategy NAME  how servers are picked (${usualStrategy})
  --no-reconcile   without a hook that asks servers what became of a payment
  --short          short times, about 10 s for each adapter`

/**
 * Reads a command line.
 *
 * @throws TypeError that names what is wrong and what is allowed
 */
export function readArguments(commandLine: readonly string[], newSeed: () => number): Arguments {
  const { values } = parseArgs({ args: [...commandLine], options, strict: true, allowNegative: true })
  const short = values.short === true
  const defaultAdapters = short ? shortAdapters : adapterNames
  return {
    adapters: readAdapters(values.adapter) ?? (values.adapter === 'all' ? adapterNames : defaultAdapters),
    payments: wholeNumber('payments', values.payments, 1) ?? (short ? shortPayments : fullPayments),
    seed: wholeNumber('seed', values.seed, 0) ?? newSeed(),
    minutes: wholeNumber('minutes', values.minutes, 0) ?? 0,
    ledgers: oneOf('ledgers', values.ledgers, ledgerModes) ?? 'shared',
    strategy: oneOf('strategy', values.strategy, strategyNames) ?? usualStrategy,
    reconciles: values.reconcile ?? true,
    short,
    help: values.help ?? false,
  }
}

/** The command line that plays one run of these again. */
export function commandOf(given: Arguments, adapter: string): string {
  const { payments, seed, minutes, ledgers, strategy, reconciles, short } = given
  return [
    `chaos --adapter ${adapter} --payments ${payments} --seed ${seed} --ledgers ${ledgers}`,
    ...(minutes === 0 ? [] : [`--minutes ${minutes}`]),
    ...(strategy === usualStrategy ? [] : [`--strategy ${strategy}`]),
    ...(reconciles ? [] : ['--no-reconcile']),
    ...(short ? ['--short'] : []),
  ].join(' ')
}

function readAdapters(value: string | undefined): readonly AdapterName[] | undefined {
  if (value === 'all') return undefined
  const adapter = oneOf('adapter', value, adapterNames, ' or all')
  return adapter === undefined ? undefined : [adapter]
}

function oneOf<Name extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly Name[],
  more = '',
): Name | undefined {
  const found = allowed.find((one) => one === value)
  if (value !== undefined && found === undefined) {
    throw new TypeError(`--${name} ${value}: expected ${allowed.join(', ')}${more}`)
  }
  return found
}

function wholeNumber(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (/^\d+$/u.test(value) && Number.isSafeInteger(number) && number >= least) return number
  throw new TypeError(`--${name} ${value}: expected a whole number of at least ${least}`)
}
