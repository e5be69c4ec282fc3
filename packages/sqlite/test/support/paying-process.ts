import { createInterface } from 'node:readline'
import { sqliteJournal } from '@paylb/sqlite'

/*
 * A process with a journal of its own on a file. In `stream` it begins and settles payments without end and says each
 * acknowledgement; in `step` it does what it is told, line by line, and answers.
 */

const [file = '', mode = 'step', name = ''] = process.argv.slice(2)
const journal = sqliteJournal({ file, heartbeatMs: 20 })
const shared = { server: 'north', ledger: 'shared' }

async function pay(worker: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const key = `${name} ${worker} ${index}`
    const begun = await journal.begin({ key, method: 'POST' }, shared)
    if (!('claim' in begun)) throw new Error(`expected a fresh key, got ${begun.state}`)
    process.stdout.write(`begun ${key}\n`)
    if (index % 4 === 3) continue
    process.stdout.write(`settling ${key}\n`)
    void journal.settle(begun.claim, 'not-executed')
  }
}

async function obey(line: string): Promise<unknown> {
  const [word, key = '', epoch] = line.split(' ')
  const claim = { key, epoch: Number(epoch) }
  if (word === 'begin') {
    const begun = await journal.begin({ key, method: 'POST' }, shared)
    return 'claim' in begun ? begun.claim.epoch : begun.state
  }
  if (word === 'dispatching') await journal.dispatching(claim, shared)
  if (word === 'settle') await journal.settle(claim, 'succeeded')
  return 'done'
}

if (mode === 'stream') {
  await Promise.all(Array.from({ length: 32 }, (_, worker) => pay(worker)))
} else {
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await obey(line).catch((error: Error) => error.name)
    process.stdout.write(`${String(answer)}\n`)
  }
}
