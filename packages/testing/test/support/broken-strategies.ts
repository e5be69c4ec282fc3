import type { Candidate, PickContext, Strategy } from '@paylb/core'

/* Strategies that look harmless and break a rule of the strategy contract, with what the rule says of them. */

/** A strategy that breaks a rule. */
export interface BrokenStrategy {
  readonly rule: string
  readonly fault: string
  readonly found: RegExp
  readonly make: () => Strategy
}

let turnOfAll = 0

/** At least one for each rule. */
export const brokenStrategies: readonly BrokenStrategy[] = [
  {
    rule: 'it returns a member of the list that it is given, whatever the list',
    fault: 'returns a copy',
    found: /not one of the candidates/u,
    make: () => ({ pick: (list) => ({ ...first(list) }) }),
  },
  {
    rule: 'it returns a member of the list that it is given, whatever the list',
    fault: 'throws for a list of 40',
    found: /too many/u,
    make: () => ({ pick: (list) => (list.length < 40 ? first(list) : tooMany()) }),
  },
  {
    rule: 'it returns the only candidate when there is one',
    fault: 'takes the second one',
    found: /something else/u,
    make: () => ({ pick: (list) => list[1] ?? undefined }),
  },
  {
    rule: 'it makes the same choices with the same seed',
    fault: 'has one turn for all balancers',
    found: /same seed differ/u,
    make: () => ({ pick: (list) => at(list, turnOfAll++) }),
  },
  {
    rule: 'it changes neither the list nor the candidates',
    fault: 'counts in the candidates',
    found: /changed a candidate/u,
    make: () => ({ pick: (list) => Object.assign(first(list), { lastPick: 7 }) }),
  },
  {
    rule: 'it changes neither the list nor the candidates',
    fault: 'counts in the candidates when it is told of them',
    found: /onInFlightChange changed/u,
    make: () => ({ pick: first, onInFlightChange: (one) => Object.assign(one, { lastPick: one.lastPick + 1 }) }),
  },
  {
    rule: 'it changes neither the list nor the candidates',
    fault: 'takes the first one out of the list',
    found: /read only|object is not extensible|Cannot/u,
    make: () => ({ pick: (list) => (list as Candidate[]).shift() ?? first(list) }),
  },
  {
    rule: 'it takes no time and no chance but what it is given',
    fault: 'draws by itself',
    found: /used random/u,
    make: () => ({ pick: (list) => at(list, Math.floor(Math.random() * list.length)) }),
  },
  {
    rule: 'it takes no time and no chance but what it is given',
    fault: 'reads the wall clock',
    found: /used now/u,
    make: () => ({ pick: (list) => at(list, Date.now()) }),
  },
  {
    rule: 'it takes no time and no chance but what it is given',
    fault: 'reads the monotonic clock',
    found: /used now/u,
    make: () => ({ pick: (list) => at(list, Math.floor(performance.now())) }),
  },
  {
    rule: 'it goes on with servers that join, without those that leave, and with weights that change',
    fault: 'goes on with the list it knows',
    found: /not one of the candidates/u,
    make: remembersTheFirstList,
  },
  {
    rule: 'it never returns a server that is excluded',
    fault: 'goes on with the list it knows',
    found: /not one of the candidates/u,
    make: remembersTheFirstList,
  },
  {
    rule: 'a retry does not shift the turns of first picks',
    fault: 'has one turn for both',
    found: /go elsewhere/u,
    make: inTurn,
  },
  {
    rule: 'a server of weight 0 gets nothing while another one is left',
    fault: 'wants one server only',
    found: /Cannot read|not one of the candidates/u,
    make: () => ({ pick: (list) => list.find(({ server }) => server.id === 's0') ?? undefined }),
  },
  {
    rule: 'servers of weight 0 share the requests when only they are left',
    fault: 'draws by configured weight',
    found: /s0 got 100.00 %/u,
    make: () => ({
      pick: (list, { random }) => {
        let left = random() * list.reduce((sum, { server }) => sum + server.weight, 0)
        return list.find(({ server }) => (left -= server.weight) <= 0) ?? first(list)
      },
    }),
  },
  {
    rule: 'equal servers get equal shares',
    fault: 'takes the first of equals',
    found: /s0 got 100.00 % instead of 33.33 %/u,
    make: () => ({ pick: (list) => first(list.toSorted((one, other) => one.weight - other.weight)) }),
  },
  {
    rule: 'equal servers get equal shares',
    fault: 'is only fair to a few',
    found: /instead of 2.50 %/u,
    make: () => counting((list, turn) => at(list, list.length > 16 ? Math.floor(Math.sqrt(turn)) : turn)),
  },
  {
    rule: 'many processes do not all begin with the same server',
    fault: 'begins with the first',
    found: /s1 is the first server of 0 processes/u,
    make: inTurn,
  },
  {
    rule: 'the retries of a dead server are shared by all others',
    fault: 'retries on the first that is left',
    found: /s0 got 66.67 %/u,
    make: () => counting((list, turn, { isRetry }) => (isRetry ? first(list) : at(list, turn))),
  },
  {
    rule: 'weights 1, 2, 4 are respected within 1 % over 100 000 picks',
    fault: 'gives everybody a turn',
    found: /s0 got 33.33 % instead of 14.29 %/u,
    make: inTurn,
  },
  {
    rule: 'weights 0.5, 1.5, 2 are respected within 1 % over 100 000 picks',
    fault: 'rounds weights up',
    found: /s0 got 20.00 % instead of 12.50 %/u,
    make: () => counting((list, turn) => at(list.flatMap(repeated), turn)),
  },
]

function inTurn(): Strategy {
  return counting(at)
}

function remembersTheFirstList(): Strategy {
  let known: readonly Candidate[] | undefined
  return counting((list, turn) => {
    known ??= list
    return at(known, turn)
  })
}

function counting(pick: (list: readonly Candidate[], turn: number, context: PickContext) => Candidate): Strategy {
  let turn = -1
  return {
    pick: (list, context) => {
      turn += 1
      return pick(list, turn, context)
    },
  }
}

function repeated(one: Candidate): readonly Candidate[] {
  return Array.from({ length: Math.ceil(one.weight) }, () => one)
}

function first(list: readonly Candidate[]): Candidate {
  return at(list, 0)
}

function at(list: readonly Candidate[], turn: number): Candidate {
  return list[turn % list.length] ?? (undefined as never)
}

function tooMany(): never {
  throw new RangeError('too many')
}
