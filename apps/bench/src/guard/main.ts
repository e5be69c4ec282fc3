import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { table } from '../report/table.ts'
import { allowance, hold } from './guard.ts'
import type { Finding } from './guard.ts'
import { guarded } from './ratios.ts'

/* What `pnpm bench:guard` runs. */

const file = new URL('../../recorded-ratios.json', import.meta.url)

process.exitCode = await runCommand({
  usage: `bench:guard   fails when something costs over 15 % more than recorded, beside a reference of the same run

  --record   write down what is measured now as what is expected: apps/bench/recorded-ratios.json
  --help
`,
  read,
  run: guard,
})

interface Given {
  readonly record: boolean
  readonly help: boolean
}

function read(given: readonly string[]): Given {
  const flag = { type: 'boolean', default: false } as const
  return parseArgs({ args: [...given], options: { record: flag, help: flag } }).values
}

async function guard({ record }: Given): Promise<number> {
  print(machineLines(describeMachine()))
  const recorded = record ? anything() : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>)
  const findings: Finding[] = []
  for (const one of guarded) findings.push(...(await hold(one, recorded)))
  const lines = findings.map(({ name, recorded: expected, measured, isLoss, failure }) => [
    name,
    record ? '' : shown(expected),
    shown(measured),
    failure ?? (record ? '' : isLoss ? 'LOSS' : 'held'),
  ])
  print([table(['ratio', 'recorded', 'measured', ''], lines)])
  if (record) return write(findings)
  const losses = findings.filter(({ isLoss }) => isLoss)
  print([losses.length === 0 ? 'nothing became slower' : `over ${allowance} × what was recorded: ${losses.length}`])
  return losses.length === 0 ? 0 : 1
}

/* Any ratio will do. */
function anything(): Readonly<Record<string, number>> {
  return Object.fromEntries(guarded.flatMap(({ names }) => names.map((name) => [name, Infinity])))
}

function write(findings: readonly Finding[]): number {
  if (findings.some(({ measured }) => measured === undefined)) return 1
  const ratios = findings.map(({ name, measured = Number.NaN }) => [name, Math.round(measured * 100) / 100] as const)
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(ratios), undefined, 2)}\n`)
  return 0
}

function shown(ratio: number | undefined): string {
  return ratio === undefined ? '–' : ratio.toFixed(2)
}
