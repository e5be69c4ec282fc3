import { describe, expect, test } from 'vitest'
import { strategies } from '../../src/index.ts'
import { context, listed, LiveCandidate } from '../support/candidates.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { SmoothReference } from '../support/smooth-reference.ts'

/* The sequence is the one of the definition, however the list and the weights change. */

const cases: readonly (readonly [string, number, (index: number) => number])[] = [
  ['equal weights', 30, () => 1],
  ['three weights', 30, (index) => 1 + (index % 3)],
  ['as many weights as servers', 60, (index) => 1 + index * 7],
  ['weights far apart', 20, (index) => 3 ** (index % 10)],
  ['two servers', 2, (index) => 1 + index],
]

function live(size: number, weightOf: (index: number) => number): LiveCandidate[] {
  return Array.from({ length: size }, (_, index) => new LiveCandidate(`s${index}`, weightOf(index)))
}

describe.each(cases)('weighted round robin of %s', (_, size, weightOf) => {
  test('gives the turns of the definition', () => {
    const [strategy, reference] = [strategies['weighted-round-robin'](), new SmoothReference()]
    const list = listed(live(size, weightOf))
    const picks = Array.from({ length: 5_000 }, () => [
      strategy.pick(
        list,
        context(() => 0),
      ),
      reference.pick(list),
    ])
    expect(picks.every(([one, other]) => one === other)).toBe(true)
  })

  test('gives the turns of the definition when servers and weights come and go', () => {
    const [strategy, reference] = [strategies['weighted-round-robin'](), new SmoothReference()]
    const random = seededRandom(size)
    const known = live(size, weightOf)
    for (let change = 0; change < 200; change += 1) {
      for (const one of known) if (random() < 0.02) one.weight = weightOf(Math.floor(random() * size))
      const kept = known.filter(() => random() < 0.8)
      const list = listed(kept.length === 0 ? known : kept)
      for (let pick = Math.floor(random() * 3 * size); pick >= 0; pick -= 1) {
        expect(
          strategy.pick(
            list,
            context(() => 0),
          ),
        ).toBe(reference.pick(list))
      }
    }
  })
})

describe('weighted-round-robin', () => {
  test('gives the turns of the definition for a very long time', () => {
    const [strategy, reference] = [strategies['weighted-round-robin'](), new SmoothReference()]
    const list = listed(live(3, (index) => 7 + index * 4))
    let differences = 0
    for (let pick = 0; pick < 400_000; pick += 1) {
      if (
        strategy.pick(
          list,
          context(() => 0),
        ) !== reference.pick(list)
      )
        differences += 1
    }
    expect(differences).toBe(0)
  })

  test('begins anywhere among ten thousand equal servers', () => {
    const list = listed(live(10_000, () => 1))
    const firsts = [0, 0.25, 0.9999].map((share) =>
      strategies['weighted-round-robin']().pick(
        list,
        context(() => share),
      ),
    )
    expect(firsts.map((one) => one.server.id)).toEqual(['s0', 's2500', 's9999'])
  })

  test('gives nobody a long run of turns when nearly all servers leave', () => {
    const known = live(10_000, () => 1)
    const strategy = strategies['weighted-round-robin']()
    const all = listed(known)
    for (let pick = 0; pick < 5_000; pick += 1)
      strategy.pick(
        all,
        context(() => 0),
      )
    const list = listed([known[0], known[9_999]].filter((one) => one !== undefined))
    const ids = Array.from(
      { length: 12 },
      () =>
        strategy.pick(
          list,
          context(() => 0),
        ).server.id,
    )
    expect(ids.slice(4).join(' ')).toMatch(/^(?:s0 s9999|s9999 s0)(?: s0 s9999| s9999 s0){3}$/u)
  })

  test('gives the retries of many servers by weight', () => {
    const list = listed(live(20, (index) => (index === 0 ? 20 : 1)))
    const strategy = strategies['weighted-round-robin']()
    const random = seededRandom(3)
    const retries = Array.from({ length: 5_000 }, () => strategy.pick(list, context(random, { isRetry: true })))
    expect(retries.filter((one) => one === list[0]).length / 5_000).toBeCloseTo(20 / 39, 1)
  })
})
