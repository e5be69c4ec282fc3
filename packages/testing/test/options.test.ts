import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { seededRandom, spawnPaymentServer, startPaymentServer } from '../src/index.ts'
import { start, temporaryFile } from './support/scope.ts'

describe('a wrong option is named with its value and what is allowed', () => {
  test.each([
    [{ ledgerfile: 'x' }, 'options.ledgerfile: unknown; known are id, port, ledgerFile'],
    [{ port: -1 }, 'options.port: -1 is not allowed; expected a whole number from 0 to 65535'],
    [{ port: Number.NaN }, 'options.port: NaN is not allowed'],
    [{ dedupe: 'all' }, 'options.dedupe: "all" is not allowed; expected "everything", "successes", "none"'],
    [{ capacity: 0 }, 'options.capacity: 0 is not allowed'],
    [{ loadReport: 'yes' }, 'options.loadReport: "yes" is not allowed; expected true, false, a function'],
    [{ faults: { delayMS: 1 } }, 'faults.delayMS: unknown; known are delayMs'],
    [[], 'options: [] is not allowed; expected an object'],
  ])('%j', async (options, message) => {
    await expect(startPaymentServer(options as object)).rejects.toThrow(message)
    await expect(spawnPaymentServer(options as object)).rejects.toThrow(message)
  })
})

describe('a wrong fault is named, and changes nothing', () => {
  test.each([
    [{ reset: 'behind' }, 'faults.reset: "behind" is not allowed; expected "before", "within", "after"'],
    [{ delayMs: 1.5 }, 'faults.delayMs: 1.5 is not allowed; expected a whole number from 0 to'],
    [{ errorBurst: {} }, 'faults.errorBurst.status: undefined is not allowed'],
    [{ errorBurst: { status: 404 } }, 'faults.errorBurst.status: 404 is not allowed; expected a whole number from 500'],
    [{ errorBurst: { status: 500, count: 3 } }, 'faults.errorBurst.count: unknown; known are status, afterExecution'],
    [{ probability: 2 }, 'faults.probability: 2 is not allowed; expected a number from 0 to 1'],
    [{ times: 0 }, 'faults.times: 0 is not allowed'],
    [{ routes: ['charge'] }, 'faults.routes: ["charge"] is not allowed; expected a list of charges'],
    [{ stall: true, reset: 'after' }, 'only one of reset, stall, stallBeforeExecution, cutBody'],
    [{ refuse: true, times: 3 }, 'faults.times: 3 is not allowed; expected nothing'],
    [[{}, { nope: 1 }], 'faults[1].nope: unknown'],
    [null, 'faults: null is not allowed; expected an object'],
  ])('%j', async (faults, message) => {
    const server = await start({ faults: { refuse: true } })
    await expect(server.setFaults(faults as object)).rejects.toThrow(message)
    await expect(fetch(`${server.url}/health`)).rejects.toThrow('fetch failed')
  })
})

describe('a ledger file', () => {
  test('that is something else is refused and left as it is', async () => {
    const file = temporaryFile('other.sqlite')
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE notes (note TEXT)')
    await expect(startPaymentServer({ ledgerFile: file })).rejects.toThrow(`${file} is not a ledger`)
    expect(other.prepare('SELECT name FROM sqlite_schema').all()).toMatchObject([{ name: 'notes' }])
    other.close()
  })

  test.each(['notes.txt', 'no-such-directory/ledger.sqlite'])('%s is named in the error', async (name) => {
    const file = temporaryFile(name)
    if (name === 'notes.txt') writeFileSync(file, 'nothing of a ledger. '.repeat(100))
    await expect(startPaymentServer({ ledgerFile: file })).rejects.toThrow(file)
  })

  test('of the server’s own is deleted with it', async () => {
    const server = await startPaymentServer()
    await server.close()
    expect(() => new DatabaseSync(server.ledgerFile, { readOnly: true })).toThrow('unable to open')
  })
})

test('a port that is taken is refused', async () => {
  const { port } = await start()
  await expect(startPaymentServer({ port })).rejects.toThrow('EADDRINUSE')
})

const draw = (seed: number, count: number) => Array.from({ length: count }, seededRandom(seed))

describe('seeded chance', () => {
  test('repeats itself with the seed and differs without it', () => {
    expect(draw(1, 5)).toEqual(draw(1, 5))
    expect(draw(1, 5)).not.toEqual(draw(2, 5))
  })

  test('is spread evenly over [0, 1)', () => {
    const tenths = Object.values(Object.groupBy(draw(42, 100_000), (value) => Math.floor(value * 10)))
    expect(tenths).toHaveLength(10)
    for (const values of tenths) expect(Math.abs((values?.length ?? 0) - 10_000)).toBeLessThan(400)
  })
})
