import type { IncomingMessage } from 'node:http'
import type { Payment, PaymentType } from '../ledger/payment.ts'
import { isRecord } from '../validation.ts'
import type { RequestBody } from './request-body.ts'

/** Why a request is no payment: answered, with nothing executed. */
export interface BadPayment {
  readonly status: 400 | 413
  readonly detail: string
}

const maxKeyLength = 255

/** Understands a request as a payment, or says what is wrong with it. */
export function parsePayment(type: PaymentType, request: IncomingMessage, body: RequestBody): Payment | BadPayment {
  if (body.bytes === undefined) return { status: 413, detail: 'the body is too large' }
  const content = parseJsonObject(body.bytes)
  if (content === undefined) return { status: 400, detail: 'the body is not a JSON object' }
  const keys = request.headersDistinct['idempotency-key'] ?? []
  const wrong = whatIsWrong(type, content, keys)
  if (wrong !== undefined) return { status: 400, detail: wrong }
  const { amount, currency = 'EUR', reference, charge } = content as unknown as ChargeContent
  return { type, key: keys[0], reference, amount, currency, charge, bodyHash: body.hash }
}

interface ChargeContent {
  readonly amount: number
  readonly currency?: string
  readonly reference?: string
  readonly charge?: string
}

function parseJsonObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(bytes.toString('utf8'))
    return isRecord(content) ? content : undefined
  } catch {
    return undefined
  }
}

function whatIsWrong(type: PaymentType, content: Record<string, unknown>, keys: readonly string[]): string | undefined {
  const { amount, charge } = content
  if (keys.length > 1) return 'there are two idempotency keys'
  if (keys[0] === '' || (keys[0]?.length ?? 0) > maxKeyLength) return 'the idempotency key is empty or too long'
  if (!Number.isSafeInteger(amount) || Number(amount) <= 0) return 'amount must be a whole number above 0'
  const notText = ['currency', 'reference', 'card'].find((name) => !isTextOrMissing(content[name]))
  if (notText !== undefined) return `${notText} must be a string that is not empty`
  if (type === 'refund' && typeof charge !== 'string') return 'charge must be the id of a charge'
  if (type === 'charge' && charge !== undefined) return 'charge belongs to refunds'
  return undefined
}

function isTextOrMissing(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}
