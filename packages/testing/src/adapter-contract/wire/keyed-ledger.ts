import { answer } from './head.ts'
import type { Message } from './message.ts'

/** What servers that share a ledger know together: each key is executed once, and answered the same ever after. */
export class KeyedLedger {
  readonly #answers = new Map<string, string>()
  /** Keys in the order of their executions; a payment without a key is executed each time. */
  readonly executed: string[] = []

  /** Executes what is new, and gives the answer. */
  answerTo(request: Message): string {
    const key = request.value('idempotency-key') ?? ''
    const known = this.#answers.get(key)
    if (known !== undefined && key !== '') return known
    this.executed.push(key)
    const given = answer(201, [], `payment ${this.executed.length}`)
    this.#answers.set(key, given)
    return given
  }
}
