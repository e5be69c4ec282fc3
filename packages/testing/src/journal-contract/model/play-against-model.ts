import assert from 'node:assert/strict'
import { JournalError } from '@paylb/core'
import type { Claim, Journal, PaymentOutcome, Resolution } from '@paylb/core'
import type { OpenJournal } from '../journal-rule.ts'
import { payment, unsettledKeys } from '../scene.ts'
import { JournalModel } from './journal-model.ts'

/*
 * Says the same to a journal and to the model, and compares what they answer. A step is four numbers, so that any
 * property-testing library can make steps up and shrink them.
 */

/** What is done, and three choices: of a key, of a claim, fingerprint or time, and of an outcome or ledger. */
export type JournalStep = readonly [action: number, key: number, choice: number, other: number]

const ttlMs = 100
const maxEntries = 3
const keys = ['a', 'b', 'c', 'd', 'e']
const ledgers = ['east', 'west']
const outcomes: readonly PaymentOutcome[] = ['succeeded', 'declined', 'rejected', 'not-executed', 'pending', 'unknown']
const resolutions: readonly Resolution[] = ['succeeded', 'declined', 'not-executed']
const jumps = [1, 50, 100, -30, -500]

/** A claim as the journal numbers it and as the model does. */
interface Pair {
  readonly claim: Claim
  readonly modelled: number
}

/**
 * Plays steps, and compares every answer and every list.
 *
 * @throws AssertionError at the first difference
 */
export async function playAgainstModel(open: OpenJournal, steps: readonly JournalStep[]): Promise<void> {
  const model = new JournalModel(ttlMs, maxEntries)
  const opened = await open({ ttlMs, maxEntries, clock: { wallTime: () => model.now } })
  const player = new Player(opened.journal, model)
  try {
    for (const [index, step] of steps.entries()) {
      const [expected, answered] = await player.play(step)
      assert.equal(answered, expected, `step ${index}: ${JSON.stringify(step)}`)
      assert.deepEqual(await unsettledKeys(opened.journal), model.open(), `unsettled after step ${index}`)
    }
  } finally {
    await opened.dispose()
  }
}

class Player {
  readonly #journal: Journal
  readonly #model: JournalModel
  readonly #claims = new Map<string, Pair[]>()

  constructor(journal: Journal, model: JournalModel) {
    this.#journal = journal
    this.#model = model
  }

  /** Carries a step out. Returns what the model says and what the journal says. */
  play([action, keyChoice, choice, other]: JournalStep): Promise<readonly [string, string]> {
    const key = pick(keys, keyChoice)
    const actions = [
      () => this.#begin(key, choice % 4 === 0 ? 'other' : 'same', pick(ledgers, other)),
      () => this.#settle(key, choice, pick(outcomes, other)),
      () => this.#dispatching(key, choice, pick(ledgers, other)),
      () => this.#takeOver(key),
      () => this.#resolve(key, pick(resolutions, other)),
      () => this.#pass(pick(jumps, choice)),
    ]
    return pick(actions, action)()
  }

  async #begin(key: string, fingerprint: string, ledger: string): Promise<readonly [string, string]> {
    const expected = this.#model.begin(key, fingerprint, ledger)
    const answered = await told(async () => {
      const begun = await this.#journal.begin(payment(key, { fingerprint }), { server: ledger, ledger })
      if ('claim' in begun) this.#keep(begun.claim)
      return begun.state === 'known' ? `known ${begun.record.state} on ${begun.record.ledger}` : begun.state
    })
    return [expected, answered]
  }

  async #settle(key: string, choice: number, outcome: PaymentOutcome): Promise<readonly [string, string]> {
    const { claim, modelled } = this.#claimOf(key, choice)
    const expected = this.#model.settle(key, modelled, outcome)
    return [expected, await told(() => this.#journal.settle(claim, outcome).then(() => 'done'))]
  }

  async #dispatching(key: string, choice: number, ledger: string): Promise<readonly [string, string]> {
    const { claim, modelled } = this.#claimOf(key, choice)
    const expected = this.#model.dispatching(key, modelled, ledger)
    return [expected, await told(() => this.#journal.dispatching(claim, { server: ledger, ledger }).then(() => 'done'))]
  }

  async #takeOver(key: string): Promise<readonly [string, string]> {
    const expected = this.#model.takeOver(key)
    const taken = await this.#journal.takeOver(key)
    if (taken !== undefined) this.#keep(taken.claim)
    return [expected, taken === undefined ? 'nothing' : 'taken']
  }

  async #resolve(key: string, outcome: Resolution): Promise<readonly [string, string]> {
    return [this.#model.resolve(key, outcome), String(await this.#journal.resolve(key, outcome))]
  }

  async #pass(ms: number): Promise<readonly [string, string]> {
    this.#model.now += ms
    return ['passed', 'passed']
  }

  #keep(claim: Claim): void {
    const pairs = this.#claims.get(claim.key) ?? []
    this.#claims.set(claim.key, [{ claim, modelled: this.#model.claimOn(claim.key) }, ...pairs])
  }

  /* The newest claim mostly, sometimes one that was lost, or one that never was. */
  #claimOf(key: string, choice: number): Pair {
    const pairs = this.#claims.get(key) ?? []
    return pairs[choice % 4 === 0 ? choice : 0] ?? { claim: { key, epoch: -1 }, modelled: -1 }
  }
}

async function told(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask()
  } catch (error) {
    if (JournalError.isInstance(error)) return error.journalProblem
    throw error
  }
}

function pick<Choice>(choices: readonly Choice[], choice: number): Choice {
  return choices[choice % choices.length] as Choice /* the remainder is an index of an array that is not empty */
}
