import { dangerousPaths } from '../coverage.ts'
import type { PaymentRun } from '../simulate-payments.ts'
import type { PaymentRuns } from '../simulate-payment-seeds.ts'

/* What the command prints. */

/** How fast it went. */
export function speed(payments: number, seconds: number): string {
  return `${Math.round(payments / seconds).toLocaleString('en')} payments/s`
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** The summary of many runs that held. */
export function summary(runs: PaymentRuns, seconds: number): string {
  const { seeds, payments, requests, attempts, executions, virtualMs, coverage } = runs
  const faults = [...runs.faults].toSorted(([, one], [, other]) => other - one)
  const injected = faults.reduce((sum, [, count]) => sum + count, 0)
  const reached = dangerousPaths.length - coverage.missing.length
  return [
    `${number(seeds)} seeds, ${number(payments)} payments in ${number(requests)} requests and ${number(attempts)} attempts, ${number(executions)} executions`,
    `${seconds.toFixed(1)} s of processor time, ${speed(payments, seconds)}, ${number(virtualMs / 3_600_000)} h of virtual time`,
    `${number(injected)} faults: ${faults.map(([name, count]) => `${name} ${number(count)}`).join(', ')}`,
    `${reached} of ${dangerousPaths.length} dangerous paths reached:`,
    ...dangerousPaths.map((path) => `  ${number(coverage.countOf(path)).padStart(9)}  ${path}`),
    '',
  ].join('\n')
}

/** How one run broke the promise, and the command that shows it again. */
export function brokenRun({ seed, payments, violation, scenario }: PaymentRun): string {
  const { kind, servers, processes } = scenario
  return [
    `seed ${seed}: ${violation?.message}`,
    `  ledgers ${kind}, ${servers.length} servers, ${processes} paylb processes`,
    `  replay: pnpm simulate:payments --seed ${seed} --payments ${payments}`,
    '',
  ].join('\n')
}

/** What a replay came to. */
export function replayed(run: PaymentRun): string {
  const held = run.violation === undefined ? 'the promise held' : `broken: ${run.violation.message}`
  return `seed ${run.seed}: trace ${run.hash}, ${run.executions} executions; ${held}\n`
}
