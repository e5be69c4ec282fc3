import { expect, test } from 'vitest'
import { keysOnSeveralLedgers, readDeclinedKeys } from '../src/index.ts'
import { charge } from './support/client.ts'
import { start, temporaryFile } from './support/scope.ts'

test('a key that two ledgers have seen is found, also where one of them declined it', async () => {
  const ledgerFiles = [temporaryFile('one.sqlite'), temporaryFile('other.sqlite')]
  const [one, other] = await Promise.all(ledgerFiles.map((ledgerFile) => start({ ledgerFile })))
  if (one === undefined || other === undefined) throw new Error('two servers were asked for')
  await charge(one, 'both')
  await charge(one, 'first')
  await other.setFaults({ decline: true })
  await charge(other, 'both')
  await charge(other, 'second')
  expect(keysOnSeveralLedgers(ledgerFiles)).toEqual([{ key: 'both', ledgerFiles }])
  expect(readDeclinedKeys(ledgerFiles)).toEqual(new Set(['both', 'second']))
})

test('servers that share a ledger have each key on one', async () => {
  const ledgerFile = temporaryFile('shared.sqlite')
  const servers = await Promise.all([start({ ledgerFile }), start({ ledgerFile })])
  for (const server of servers) await charge(server, 'order-1')
  expect(keysOnSeveralLedgers([ledgerFile, ledgerFile])).toEqual([])
})
