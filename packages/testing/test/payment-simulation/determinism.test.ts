import { expect, test } from 'vitest'
import { simulatePayments, simulatePaymentSeeds } from '../../src/index.ts'

const payments = 200

test('a seed is always the same run', async () => {
  const one = await simulatePayments({ seed: 7, payments })
  const other = await simulatePayments({ seed: 7, payments })
  expect(one.hash).toBe(other.hash)
  expect(one).toEqual(other)
})

test('a seed is the same run with somebody who reads every step', async () => {
  const lines: string[] = []
  const read = await simulatePayments({ seed: 8, payments, write: (line) => lines.push(line) })
  expect(read.hash).toBe((await simulatePayments({ seed: 8, payments })).hash)
  expect(Number.parseInt(read.hash, 16)).toBe(lines.length)
})

test('runs side by side do not disturb each other', async () => {
  const seeds = [3, 4, 5]
  const hashes = await Promise.all(seeds.map(async (seed) => (await simulatePayments({ seed, payments })).hash))
  for (const [index, seed] of seeds.entries()) {
    expect((await simulatePayments({ seed, payments })).hash).toBe(hashes[index])
  }
})

test('other seeds are other runs', async () => {
  const hashes = new Set<string>()
  const onRun = ({ hash }: { hash: string }): unknown => hashes.add(hash)
  await simulatePaymentSeeds({ seeds: 20, payments: 50, onRun })
  expect(hashes.size).toBe(20)
})
