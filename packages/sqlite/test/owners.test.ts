import { DatabaseSync } from 'node:sqlite'
import { onTestFinished, expect, test } from 'vitest'
import { Owners } from '../src/owners.ts'
import { schema } from '../src/schema.ts'

/** Two processes with these heartbeats, which have seen each other. */
function pair(ourMs: number, theirMs: number): { readonly us: Owners; readonly them: Owners } {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  for (const statement of schema) database.exec(statement)
  const [us, them] = [new Owners(database, ourMs), new Owners(database, theirMs)]
  for (const owners of [us, them, us]) {
    owners.enter()
    owners.beat()
  }
  return { us, them }
}

function beats(owners: Owners, count: number): void {
  for (let beat = 0; beat < count; beat += 1) owners.beat()
}

test.each([
  [1_000, 1_000, 3],
  [1_000, 100, 3],
  [100, 1_000, 30],
])(
  'who beats every %d ms buries who beats every %d ms after %d silent beats of its own',
  (ourMs, theirMs, patience) => {
    const { us, them } = pair(ourMs, theirMs)
    beats(us, patience - 1)
    expect(us.isAlive(them.id)).toBe(true)
    beats(us, 1)
    expect(us.isAlive(them.id)).toBe(false)
  },
)

test('one sign of life begins the wait anew', () => {
  const { us, them } = pair(100, 100)
  for (let round = 0; round < 10; round += 1) {
    beats(us, 2)
    them.beat()
  }
  expect(us.isAlive(them.id)).toBe(true)
})

test('whoever was buried alive is alive again when it enters', () => {
  const { us, them } = pair(100, 100)
  beats(us, 4)
  expect(us.isAlive(them.id)).toBe(false)
  expect(them.enter()).toBe(true)
  expect(them.enter()).toBe(false)
  beats(us, 2)
  expect(us.isAlive(them.id)).toBe(true)
})

test('nobody is buried by looking once after a long pause of our own', () => {
  const { us, them } = pair(100, 100)
  them.beat()
  us.beat()
  expect(us.isAlive(them.id)).toBe(true)
})
