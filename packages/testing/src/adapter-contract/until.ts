import { setTimeout as sleep } from 'node:timers/promises'

const giveUpMs = 4_000
const lookEveryMs = 2

/** Waits until something is so. @throws Error that says what was waited for */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${giveUpMs} ms in vain until ${what}`)
    await sleep(lookEveryMs)
  }
}
