import path from 'node:path'
import type { ApiSetup } from '../api/setup.ts'

/*
 * Which servers share a ledger, and what paylb is told of it. `undeclared`: each server has a ledger of its own and
 * nobody says so.
 */
export const ledgerModes = ['shared', 'two', 'undeclared'] as const
export type LedgerMode = (typeof ledgerModes)[number]

const names: Readonly<Record<LedgerMode, readonly [string, string, string]>> = {
  shared: ['shared', 'shared', 'shared'],
  two: ['eu', 'eu', 'us'],
  undeclared: ['pay-1', 'pay-2', 'pay-3'],
}

/** The ids of the payment servers, with the file of each one's ledger. */
export function serversOf(mode: LedgerMode, folder: string): readonly { id: string; ledgerFile: string }[] {
  return names[mode].map((name, index) => ({
    id: `pay-${index + 1}`,
    ledgerFile: path.join(folder, `${name}.ledger`),
  }))
}

/** What the API is told of these servers. */
export function declared(
  mode: LedgerMode,
  servers: readonly { readonly id: string; readonly url: string }[],
): Pick<ApiSetup, 'servers' | 'ledger'> {
  const listed = servers.map(({ id, url }, index) => ({
    id,
    url,
    ...(mode === 'two' ? { ledger: names.two[index] ?? '' } : {}),
  }))
  return mode === 'shared' ? { servers: listed, ledger: 'shared' } : { servers: listed }
}
