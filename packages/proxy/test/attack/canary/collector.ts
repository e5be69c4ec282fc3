import { writeSync } from 'node:fs'
import { format, inspect } from 'node:util'
import type { Observer } from '@paylb/core'

/* Shows everything in every way that somebody might log it: to this process' output, and to the test, which reads it all. */

const throughPipe = 3

const views: readonly ((value: unknown) => string)[] = [
  (value) => inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity }),
  (value) => inspect(value, { depth: Infinity, customInspect: false }),
  (value) => format('%o %s', value, value),
  (value) => JSON.stringify(value) ?? '',
  (value) =>
    value instanceof Error ? [value.message, value.stack, inspect(value.cause, { depth: Infinity })].join('\n') : '',
]

/** Tells the test what was seen after which accident. */
export function tell(after: string, what: string, text: string): void {
  writeSync(throughPipe, `${JSON.stringify({ after, what, text })}\n`)
}

/** Shows a value in every way. */
export function show(after: string, what: string, value: unknown): void {
  for (const view of views) tell(after, what, view(value))
  console.error(value)
  console.log('%s %o', what, value)
}

/** Shows whatever an observer hears. */
export function observer(after: string): Observer {
  const hooks = ['onAttemptEnd', 'onPaymentEnd', 'onWarning', 'onHealthChange', 'onRecovery'] as const
  const hear = (hook: string) => (heard: unknown) => show(after, hook, heard)
  return Object.fromEntries(hooks.map((hook) => [hook, hear(hook)]))
}
