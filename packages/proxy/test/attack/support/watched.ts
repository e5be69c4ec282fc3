import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MountAdapter, MountedAdapter, Mounting } from '@paylb/testing'

/* An app under attack: nothing may be thrown, nothing warned of that says "a request could not be handled", nothing left. */

/** An app that can say when all is quiet. */
export interface WatchedApp extends MountedAdapter {
  nothingInFlight(): Promise<void>
}

const giveUpMs = 5_000

/** Plays against an app, and looks afterwards at what is left of it. */
export async function watched(
  mount: MountAdapter,
  mounting: Mounting,
  play: (app: WatchedApp) => Promise<void>,
): Promise<void> {
  const before = resources()
  const troubles: string[] = []
  const hear = (trouble: unknown): void => void troubles.push(inspect(trouble))
  const events = ['unhandledRejection', 'uncaughtExceptionMonitor', 'warning'] as const
  for (const event of events) process.on(event, hear)
  const app = await mount(mounting)
  try {
    await play({ ...app, nothingInFlight: () => until(() => app.balancer.snapshot().inFlight === 0, 'all has ended') })
    assert.deepEqual(troubles, [])
  } finally {
    await app.close()
    for (const event of events) process.off(event, hear)
  }
  await until(() => resources() <= before, `sockets are closed, of which ${before} were open before`)
}

/** Waits until something is so. @throws Error that says what was waited for */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`)
    await sleep(2)
  }
}

function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'TCPServerWrap').length
}
