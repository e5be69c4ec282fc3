import type { Exchange } from '../network/exchange.ts'

/* The truth about one payment, which paylb never sees: what its caller wants, and what really happened to it. */

/** One payment as its caller means it: one key, one body. */
export class Payment {
  readonly number: number
  /** Undefined for a bare payment. */
  readonly key: string | undefined
  /** Stands for the body: two payments with different ones are different payments, also under one key. */
  readonly fingerprint: string
  /** A read that moves no money. */
  readonly isSafe: boolean
  executions = 0
  /** How often a request of this payment got the right to send it. */
  claims = 0
  /** After this claim its caller was told that nothing was executed; claims up to it must never execute it. */
  noneUpToClaim = 0
  /** Claims up to this one are settled and forgotten, by design: a later request knows nothing of them. */
  forgottenUpToClaim = 0
  wasToldSucceeded = false
  wasToldUnknown = false
  /** The ledger has said for good what became of it. */
  isConcluded = false
  /** A server was asked for it and did not find it executed. */
  wasNotFound = false
  firstSentAtMs: number | undefined
  readonly exchanges: Exchange[] = []

  constructor(number: number, kind: 'keyed' | 'bare' | 'safe') {
    this.number = number
    this.key = kind === 'keyed' ? `key-${number}` : undefined
    this.fingerprint = `body-${number}`
    this.isSafe = kind === 'safe'
  }

  /** Another payment for which a careless caller uses the same key. */
  impostor(number: number): Payment {
    const impostor = new Payment(number, 'keyed')
    return Object.assign(impostor, { key: this.key })
  }

  get name(): string {
    return `payment ${this.number} (${this.isSafe ? 'safe' : (this.key ?? 'bare')})`
  }
}
