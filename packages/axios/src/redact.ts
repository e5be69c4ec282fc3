import type { InternalAxiosRequestConfig } from 'axios'

/*
 * What may be shown of a payment request: errors end up in logs, and a log with card numbers in it is an incident.
 * Bodies are never shown. Of headers only those are shown that are known to be harmless, since nobody can list the
 * names of all headers that carry a secret. Everything that is shown has its card numbers, security codes, bank
 * accounts and credentials taken out; text that only looks like one of them is lost too, which costs nothing.
 */

const hidden = '[redacted]'

const shownHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'idempotency-key',
  'retry-after',
  'server',
  'traceparent',
  'user-agent',
  'x-correlation-id',
  'x-request-id',
])

const digitRun = /\d(?:[\s.-]*\d){12,}/gu
const bankAccount = /\b[a-z]{2}\d{2}(?:[\s-]?[a-z\d]{4}){2,7}(?:[\s-]?[a-z\d]{1,3})?\b/giu
const securityCode = /\b(cv[cv]2?|csc|cid|security[\s_-]?code|card[\s_-]?code)\b([^\da-z]{0,6})\d{3,4}\b/giu
const credential = /\b(bearer|basic|digest)\s+[^\s"',;]+/giu
const secretHeader = /\b((?:proxy-)?authorization|(?:set-)?cookie|[\w-]*signature[\w-]*)(["']?\s*[:=]\s*).+/giu
const userInUrl = /\/\/[^/\s@]*@/gu

/** Takes the secrets out of a text. */
export function redactText(text: string): string {
  return text
    .replace(userInUrl, `//${hidden}@`)
    .replace(secretHeader, `$1$2${hidden}`)
    .replace(credential, `$1 ${hidden}`)
    .replace(securityCode, `$1$2${hidden}`)
    .replace(bankAccount, hidden)
    .replace(digitRun, (run) => (holdsCardNumber(run) ? hidden : run))
}

/** The headers of a request or an answer, as they may be shown. */
export function redactHeaders(headers: object): Record<string, string> {
  const shown = Object.entries(headers).map(([name, value]): [string, string] => {
    const harmless = shownHeaders.has(name.toLowerCase())
    return [redactText(name), harmless ? redactText(String(value)) : hidden]
  })
  return Object.fromEntries(shown)
}

/** A call, as it may be shown. */
export function redactConfig(config: InternalAxiosRequestConfig): Record<string, unknown> {
  return withoutUndefined({
    method: config.method,
    url: redactUrl(config.url),
    baseURL: redactUrl(config.baseURL),
    headers: redactHeaders(config.headers),
    timeout: config.timeout,
    responseType: config.responseType,
  })
}

/** Only what there is to show. */
export function withoutUndefined(all: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/* The query may carry tokens under any name. An encoded card number in the path must be recognised too. */
function redactUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const [path = ''] = url.split(/[?#]/u, 1)
  try {
    return redactText(decodeURIComponent(path)) + (path === url ? '' : `?${hidden}`)
  } catch {
    return hidden
  }
}

/* A card number may stand among other digits, so every stretch of 13 to 19 digits is tried. */
function holdsCardNumber(run: string): boolean {
  const digits = run.replaceAll(/\D/gu, '')
  for (let start = 0; start + 13 <= digits.length; start += 1) {
    for (let end = start + 13; end <= Math.min(start + 19, digits.length); end += 1) {
      if (passesLuhn(digits.slice(start, end))) return true
    }
  }
  return false
}

/** The check digit of card numbers. Source: ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const value = Number(digits.at(-1 - index)) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}
