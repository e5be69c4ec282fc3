import type { HealthOptions } from '../balancer-options.ts'

/*
 * A server that joined or came back gets its weight little by little: its caches are cold, and a crowd would push it
 * over again. There is no timer; the factor is read when somebody picks. It moves in steps, because each step makes a new
 * list of candidates.
 */

const leastFactor = 0.1
const stepsPerUnit = 20
/* Steps of many servers that start one after the other are taken together. */
const lookingsPerWindow = 200
const rounding = 1e-9

type SlowStartOptions = Pick<HealthOptions, 'slowStartMs' | 'slowStartAggression'>

/** The share of its weight that a server gets `elapsedMs` after it joined or came back: 0.1 to 1. */
export function slowStartFactor(elapsedMs: number, { slowStartMs, slowStartAggression }: SlowStartOptions): number {
  const part = Math.min(1, Math.max(0, elapsedMs) / slowStartMs)
  return Math.max(leastFactor, part ** (1 / slowStartAggression))
}

/** The factor in steps of 5 %, and when, in milliseconds after the start, somebody should look again. */
export function slowStartStep(
  elapsedMs: number,
  options: SlowStartOptions,
): { readonly factor: number; readonly nextMs: number } {
  const { slowStartMs, slowStartAggression } = options
  const step = Math.floor(slowStartFactor(elapsedMs, options) * stepsPerUnit + rounding)
  if (step >= stepsPerUnit) return { factor: 1, nextMs: Infinity }
  const dueMs = slowStartMs * ((step + 1) / stepsPerUnit) ** slowStartAggression
  const lookMs = slowStartMs / lookingsPerWindow
  return { factor: step / stepsPerUnit, nextMs: Math.ceil(dueMs / lookMs - rounding) * lookMs }
}
