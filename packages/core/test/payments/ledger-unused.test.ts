import { expect, test } from 'vitest'
import type { Warning } from '../../src/index.ts'
import { fleet } from '../support/fleet.ts'
import type { FleetOptions } from '../support/fleet.ts'
import { onLedgers } from '../support/ledgers.ts'

function unusedIn(options: FleetOptions): readonly string[] {
  const warnings: Warning[] = []
  fleet({ ...options, observer: { onWarning: (warning) => warnings.push(warning) } })
  return warnings.filter(({ code }) => code === 'ledger-unused').map(({ message }) => message)
}

test('a ledger that is described but that no server has is warned of, by its name', () => {
  const servers = onLedgers({ a: 'EU', b: 'EU' })
  const [message, ...others] = unusedIn({ servers, ledgers: { eu: { replays: 'successes' }, EU: {} } })
  expect(message).toContain('ledgers describes eu, but no server has this ledger')
  expect(others).toEqual([])
})

test('ledgers that servers have are not', () => {
  expect(unusedIn({ ledger: 'shared', ledgers: { shared: {} } })).toEqual([])
  expect(unusedIn({})).toEqual([])
})
