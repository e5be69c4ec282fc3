import type { Cell } from '../measure/cell.ts'
import { runCell } from '../measure/run-cell.ts'
import type { PicksFigure } from '../pick/cells/picks.ts'
import { reference as twoChoices } from '../pick/contestants/registry.ts'
import { reference } from '../run/contestants.ts'
import type { ForwardingRatios } from './forwarding-cell.ts'

/*
 * What is guarded: each ratio has a reference that is measured right beside it, so a slow machine is no loss. A ratio that
 * cannot be measured is one.
 */

const isSource = import.meta.url.endsWith('.ts')
const limitMs = 60_000

/** Something that must not become slower: one measurement gives one or more ratios, by name. */
export interface Guarded {
  readonly names: readonly string[]
  /** @throws Error when something of it could not be measured */
  readonly measure: () => Promise<readonly number[]>
}

/** Everything that is guarded. */
export const guarded: readonly Guarded[] = [
  {
    names: ['forwarding with a key ÷ ceiling', 'forwarding without a key ÷ ceiling'],
    measure: async () => {
      const { withKey, withoutKey } = await valueOf<ForwardingRatios>('./forwarding-cell', {})
      return [withKey, withoutKey]
    },
  },
  run('paylb'),
  run('paylb, with a key'),
  pick('round-robin', 3),
  pick('least-connections', 10_000),
]

function run(contestant: string): Guarded {
  return {
    names: [`run, ${contestant} ÷ ${reference}`],
    measure: () => ratioOf(runCost(contestant), runCost(reference)),
  }
}

function pick(contestant: string, servers: number): Guarded {
  return {
    names: [`pick, ${contestant} of ${servers} ÷ two choices`],
    measure: () => ratioOf(pickCost(contestant, servers), pickCost(twoChoices, servers)),
  }
}

type Cost = () => Promise<number>

const rounds = 3

/* In turn, a process each time; of both the least. */
async function ratioOf(ours: Cost, theirs: Cost): Promise<readonly number[]> {
  let [least, leastOfReference] = [Infinity, Infinity]
  for (let round = 0; round < rounds; round += 1) {
    least = Math.min(least, await ours())
    leastOfReference = Math.min(leastOfReference, await theirs())
  }
  return [least / leastOfReference]
}

function runCost(contestant: string): Cost {
  return () => valueOf('../run/cell', { contestant, measureMs: 700 })
}

function pickCost(contestant: string, servers: number): Cost {
  const input = { contestant, servers, load: 'alone', warmUpMs: 300, measureMs: 300 }
  return async () => (await valueOf<PicksFigure>('../pick/cells/picks', input)).nanoseconds
}

async function valueOf<Value>(module: string, input: object): Promise<Value> {
  const file = new URL(`${module}.${isSource ? 'ts' : 'js'}`, import.meta.url).href
  const cell: Cell = { title: module, module: file, input }
  const result = await runCell(cell, limitMs)
  if (!result.ok) throw new Error(`${module}: ${result.reason}`)
  return result.value as Value
}
