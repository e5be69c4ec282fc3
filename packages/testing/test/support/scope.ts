import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { spawnPaymentServer, startPaymentServer } from '../../src/index.ts'
import type { PaymentServer, PaymentServerOptions, ProcessOptions, SpawnedPaymentServer } from '../../src/index.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** A server that is closed after the test. */
export async function start(options: PaymentServerOptions = {}): Promise<PaymentServer> {
  const server = await startPaymentServer(options)
  cleanups.push(() => server.close())
  return server
}

/** A server in its own process that is ended after the test. */
export async function spawn(options: ProcessOptions = {}): Promise<SpawnedPaymentServer> {
  const server = await spawnPaymentServer(options)
  cleanups.push(() => server.stop())
  return server
}

/** A path in a directory that is deleted after the test. */
export function temporaryFile(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'paylb-testing-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, name)
}

/** Ends something after the test. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}
