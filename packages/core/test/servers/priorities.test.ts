import { describe, expect, test } from 'vitest'
import type { ServerOptions } from '../../src/index.ts'
import { chiSquare, critical } from '../support/distribution.ts'
import { fleet, sendTo, serverNamed, tally } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { refusedConnection } from '../support/outcomes.ts'
import { present } from '../support/present.ts'
import { readVectors } from '../support/vectors.ts'

interface Vectors {
  readonly cases: readonly {
    readonly levels: readonly (readonly [hosts: number, healthy: number])[]
    readonly overprovisioning?: number
    readonly load: readonly number[]
  }[]
}

/* The balancer provisions 140 %, always; a level without a healthy server has nobody to give its share to. */
const cases = (readVectors('priority-load') as Vectors).cases.filter((one) => one.overprovisioning === undefined)
const picks = 6_000

/** Levels of which some servers are ejected; the server's id begins with its level. */
function levelled(levels: readonly (readonly [hosts: number, healthy: number])[]): Fleet {
  const servers = levels.flatMap(([hosts], priority) =>
    Array.from({ length: hosts }, (_, index) => serverNamed(`${priority}-${index}`, { priority })),
  )
  const health = { maxEjected: 99, freezeShare: 1, slowStartMs: 1 }
  const one = fleet({ servers, strategy: 'random', health })
  for (const [priority, [hosts, healthy]] of levels.entries()) {
    for (let index = healthy; index < hosts; index += 1)
      sendTo(one.balancer, `${priority}-${index}`, refusedConnection, 3)
  }
  return one
}

function levelsOf({ balancer }: Fleet, count = picks): number[] {
  const seen = tally(Array.from({ length: count }, () => balancer.pick().server.id.slice(0, 1)))
  return ['0', '1', '2'].map((level) => seen[level] ?? 0)
}

/** Null when the counts fit the shares, else what does not fit. */
function misfit(seen: readonly number[], shares: readonly number[]): string | null {
  const used = [...shares.keys()].filter((index) => present(shares[index]) > 0)
  if (seen.some((count, index) => count > 0 !== used.includes(index))) return `${seen.join()} at ${shares.join()}`
  const fit = chiSquare(
    used.map((index) => present(seen[index])),
    used.map((index) => present(shares[index])),
  )
  return fit < (critical[used.length - 1] ?? 0.001) ? null : `chi-square ${fit}`
}

/* Seven servers of each priority, of the first so many healthy ones. */
function sevenOf(healthy: number): number[] {
  return levelsOf(levelled([[7, healthy] as const, [7, 7] as const]))
}

describe('the load of priorities', () => {
  test.each(cases.filter(({ levels }) => levels.some(([, healthy]) => healthy > 0)))(
    'with $levels of servers and healthy servers is spread as $load',
    ({ levels, load }) => {
      const shares = load.map((share, level) => (present(levels[level])[1] > 0 ? share : 0))
      expect(misfit(levelsOf(levelled(levels)), shares)).toBeNull()
    },
  )

  test('stays with the first priority while it has five of seven servers, and spills over at four', () => {
    expect(sevenOf(5)).toEqual([picks, 0, 0])
    expect(misfit(sevenOf(4), [80, 20])).toBeNull()
  })

  test('of a priority without a healthy server goes to the others by their shares', () => {
    const levels = [[5, 1] as const, [5, 0] as const, [5, 1] as const]
    expect(misfit(levelsOf(levelled(levels)), [34, 0, 33])).toBeNull()
  })

  test('comes back with the servers of the first priority', () => {
    const one = levelled([
      [2, 1],
      [2, 2],
    ])
    expect(misfit(levelsOf(one), [70, 30])).toBeNull()
    one.clock.advance(20_000)
    for (let probe = 0; probe < 2; probe += 1) sendTo(one.balancer, '0-1', { kind: 'succeeded', evidence: 'answered' })
    one.clock.advance(60_000)
    expect(levelsOf(one)).toEqual([picks, 0, 0])
  })

  test('counts neither a draining server nor one of weight 0 as a host', () => {
    const one = levelled([
      [4, 4],
      [2, 2],
    ])
    void one.balancer.drain('0-0')
    one.balancer.update('0-1', { weight: 0 })
    sendTo(one.balancer, '0-2', refusedConnection, 3)
    expect(misfit(levelsOf(one), [70, 30])).toBeNull()
  })

  test('need not have consecutive numbers, nor servers in their order', () => {
    const servers: ServerOptions[] = [70, 5, 70].map((priority, index) => serverNamed(`${index}`, { priority }))
    expect(levelsOf(fleet({ servers }), 100)).toEqual([0, 100, 0])
  })
})

describe('at run time', () => {
  test('the priority of a server can be updated', () => {
    const one = levelled([
      [1, 1],
      [1, 1],
    ])
    one.balancer.update('0-0', { priority: 2 })
    expect(levelsOf(one, 100)).toEqual([0, 100, 0])
    one.balancer.update('1-0', { priority: 3 })
    expect(levelsOf(one, 100)).toEqual([100, 0, 0])
  })

  test('a server that joins with a lower number takes the load, and gives it back when it leaves', () => {
    const one = fleet({ servers: [serverNamed('1', { priority: 1 })] })
    one.balancer.add(serverNamed('0'))
    expect(levelsOf(one, 50)).toEqual([50, 0, 0])
    one.balancer.remove('0')
    expect(levelsOf(one, 50)).toEqual([0, 50, 0])
  })
})
