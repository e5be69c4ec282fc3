import type { InspectOptions, inspect } from 'node:util'
import type { AxiosError } from 'axios'
import { PaylbError } from '@paylb/core'
import { redactConfig, redactHeaders, redactText, withoutUndefined } from './redact.ts'

/*
 * An AxiosError carries the whole request. Its real values must stay, because an interceptor that has renewed a token
 * sends `error.config` again, and a redacted body must never be sent as a charge. But nothing that shows an error by
 * itself may find them: they are not enumerable, and what is shown is a redacted copy.
 */

const inspectSymbol = Symbol.for('nodejs.util.inspect.custom')
const deepestCause = 5

/** Makes an error safe to be logged. Sealing it again does no harm. */
export function seal(error: AxiosError): void {
  for (const name of ['config', 'request', 'response'] as const) {
    if (Object.hasOwn(error, name)) hide(error, name, error[name])
  }
  error.message = safeMessage(error)
  hide(error, 'stack', safeStack(error))
  if (error.cause !== undefined) hide(error, 'cause', withoutSecrets(error.cause))
  hide(error, 'toJSON', () => ({
    name: error.name,
    message: safeMessage(error),
    stack: safeStack(error),
    ...shown(error),
  }))
  hide(error, inspectSymbol, (_depth: number, options: InspectOptions, show: typeof inspect) => {
    const details = withoutUndefined({ ...shown(error), cause: error.cause })
    return `${safeStack(error)} ${show(details, { ...options, showHidden: false })}`
  })
}

/** A copy of anything thrown that is safe to be logged: its name, message, code and causes, and nothing else. */
export function withoutSecrets(thrown: unknown, depth = 0): Error {
  if (PaylbError.isInstance(thrown)) return thrown
  const source = thrown instanceof Error ? thrown : new Error(String(thrown))
  const copy = new Error(safeMessage(source))
  hide(copy, 'name', source.name)
  hide(copy, 'stack', safeStack(source))
  if ('code' in source) Object.assign(copy, { code: source.code })
  if (source.cause !== undefined && depth < deepestCause) hide(copy, 'cause', withoutSecrets(source.cause, depth + 1))
  return copy
}

/* What V8 says of broken JSON quotes it. Node's error for a name with several addresses has no message of its own. */
function safeMessage(error: Error): string {
  if (error.name === 'SyntaxError') return 'not valid JSON'
  if (error.message !== '' || !(error instanceof AggregateError)) return redactText(error.message)
  return redactText(error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; '))
}

/* Only the frames: the rest repeats messages, also those of causes. */
function safeStack(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
  return [`${error.name}: ${safeMessage(error)}`, ...frames.map((line) => redactText(line))].join('\n')
}

function shown(error: AxiosError): Record<string, unknown> {
  const { code, status, config, response } = error
  const all = {
    code,
    status,
    outcome: 'outcome' in error ? error.outcome : undefined,
    attempts: 'attempts' in error ? error.attempts : undefined,
    key: 'key' in error && typeof error.key === 'string' ? redactText(error.key) : undefined,
    reason: 'reason' in error ? error.reason : undefined,
    config: config && redactConfig(config),
    response: response && { status: response.status, headers: redactHeaders(response.headers) },
  }
  return withoutUndefined(all)
}

/** Sets what nothing shows that is not asked for it by name. */
export function hide(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
}
