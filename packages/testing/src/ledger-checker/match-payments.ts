import type { PaymentType } from '../ledger/payment.ts'
import type { FoundExecution } from './read-executions.ts'
import { checkTold } from './told-payment.ts'
import type { ToldOutcome, ToldPayment } from './told-payment.ts'

/** One payment: what was told of it and every time that it was executed, in whatever ledger. */
export interface CheckedPayment {
  readonly type: PaymentType
  readonly reference: string | undefined
  readonly key: string | undefined
  /** `undefined` when nobody was told of it. */
  readonly told: ToldOutcome | undefined
  readonly executions: readonly FoundExecution[]
}

type OpenPayment = CheckedPayment & { readonly executions: FoundExecution[] }

/**
 * Puts executions and what was told together, by reference, else by key.
 *
 * @throws TypeError when what was told cannot be understood, or tells of one payment twice
 */
export function matchPayments(
  told: Iterable<ToldPayment>,
  executions: readonly FoundExecution[],
): readonly CheckedPayment[] {
  const payments: OpenPayment[] = []
  const byName = new Map<string, OpenPayment>()
  for (const entry of told) {
    checkTold(entry, payments.length)
    const { type = 'charge', reference, key, outcome } = entry
    const payment: OpenPayment = { type, reference, key, told: outcome, executions: [] }
    addPayment(payment, namesOf(payment).slice(0, 1))
  }
  for (const execution of executions) {
    const names = namesOf(execution)
    const known = names.map((name) => byName.get(name)).find((payment) => payment !== undefined)
    if (known !== undefined) known.executions.push(execution)
    else addPayment({ ...nameOf(execution), told: undefined, executions: [execution] }, names)
  }
  return payments

  function addPayment(payment: OpenPayment, names: readonly string[]): void {
    for (const name of names) {
      if (payment.told !== undefined && byName.has(name)) {
        throw new TypeError(`told[${payments.length}]: ${name} was told of before; give only the last answer`)
      }
      byName.set(name, payment)
    }
    payments.push(payment)
  }
}

function nameOf({ type, reference, key }: FoundExecution): Pick<CheckedPayment, 'type' | 'reference' | 'key'> {
  return { type, reference, key }
}

/* The reference stands first: it names the caller's payment, while a key may be missing or belong to a ledger. */
function namesOf({ type, reference, key }: Pick<CheckedPayment, 'type' | 'reference' | 'key'>): string[] {
  const names = []
  if (reference !== undefined) names.push(`${type} with reference ${reference}`)
  if (key !== undefined) names.push(`${type} with key ${key}`)
  return names
}
