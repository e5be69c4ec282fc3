import { expect, test } from 'vitest'
import { makeContestant, noteOf, peerNames, reference, strategyNames } from '../../src/pick/contestants/registry.ts'

/* What is measured must be a pick: all servers of a small pool get their turn, and nobody else is picked. */

const picksOf = async (name: string, servers: number, load: 'alone' | 'mixed' | 'in-flight', picks: number) => {
  const contestant = await makeContestant(name, { servers, load })
  return { contestant, picked: Array.from({ length: picks }, () => contestant.pick()) }
}

test.for([reference, ...peerNames])('%s picks all of three servers, and nothing else', async (name) => {
  const { picked } = await picksOf(name, 3, 'alone', 300)
  expect(picked).not.toContain(undefined)
  expect(new Set(picked).size).toBe(3)
})

test.for(strategyNames)('%s counts every pick, whatever runs beside', async (name) => {
  for (const load of ['alone', 'mixed'] as const) {
    const { contestant, picked } = await picksOf(name, 3, load, 300)
    expect(contestant.counted?.()).toBe(300)
    expect(new Set(picked).size).toBeGreaterThan(1)
  }
  const { contestant } = await picksOf(name, 3, 'in-flight', 300)
  expect(contestant.counted?.()).toBe(300 + 64)
})

test('a peer says what exactly is measured', () => {
  for (const name of peerNames) expect(noteOf(name)).toMatch(/\w/u)
})

test('nobody is made up for an unknown name', async () => {
  await expect(makeContestant('toString', { servers: 3, load: 'alone' })).rejects.toThrow('nobody is called toString')
})
