import { firstOf } from './choose-least.ts'
import type { Candidate, Strategy } from './strategy.ts'

/*
 * Chance in proportion to weight, by an alias table: one number in [0, 1) chooses a column and, within it, one of two
 * servers. The naive loop that draws a new number for every server is biased towards the first. The table is built once
 * for a list of candidates. Source: Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution".
 */

/** Weighted random: a server's chance is its share of all weight. */
export function weightedRandom(): Strategy {
  let listed: readonly Candidate[] | undefined
  let table: AliasTable = { keeps: [], aliases: [] }
  return {
    name: 'weighted-random',
    pick: (candidates, { random, isRetry }) => {
      if (isRetry) return draw(candidates, aliasTable(candidates), random)
      if (candidates !== listed) table = aliasTable(candidates)
      listed = candidates
      return draw(candidates, table, random)
    },
  }
}

/** For each column, the chance that it keeps its own server, and the index of the server that gets the rest. */
interface AliasTable {
  readonly keeps: readonly number[]
  readonly aliases: readonly number[]
}

function draw(candidates: readonly Candidate[], table: AliasTable, random: () => number): Candidate {
  const drawn = random() * candidates.length
  const column = Math.floor(drawn)
  const isKept = drawn - column < (table.keeps[column] ?? 1)
  return candidates[isKept ? column : (table.aliases[column] ?? column)] ?? firstOf(candidates)
}

function aliasTable(candidates: readonly Candidate[]): AliasTable {
  const average = candidates.reduce((sum, candidate) => sum + candidate.weight, 0) / candidates.length
  const left = candidates.map((candidate) => candidate.weight / average)
  const keeps = candidates.map(() => 1)
  const aliases = candidates.map((_candidate, index) => index)
  const small = indexesOf(left, (share) => share < 1)
  const large = indexesOf(left, (share) => share >= 1)
  for (let under = small.pop(); under !== undefined; under = small.pop()) {
    const over = large.pop()
    if (over === undefined) break // what is missing to a whole column is rounding
    const share = left[under] ?? 1
    keeps[under] = share
    aliases[under] = over
    left[over] = (left[over] ?? 1) - (1 - share)
    ;((left[over] ?? 1) < 1 ? small : large).push(over)
  }
  return { keeps, aliases }
}

function indexesOf(shares: readonly number[], isWanted: (share: number) => boolean): number[] {
  return [...shares.keys()].filter((index) => isWanted(shares[index] ?? 0))
}
