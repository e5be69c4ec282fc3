import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Callers } from '../src/client/callers.ts'
import { killApi } from '../src/faults/kill-api.ts'
import type { Fleet } from '../src/fleet/fleet.ts'
import { paid } from './support/evidence.ts'

test('payments count as in flight by how they were when the API died, not by what their callers do afterwards', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-chaos-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const waiting = { isAnswered: false, outcome: 'unknown' } as const
  const first = paid('first', waiting)
  const repeated = paid('repeated', { ...waiting, requests: 2 })
  const bare = paid('bare', { ...waiting, key: undefined })
  const leaving = paid('leaving', { ...waiting, hangsUpAfterMs: 10 })
  const answered = paid('answered', waiting)
  const api = {
    kill: async () => {
      answered.isAnswered = true
    },
    start: async () => {
      first.requests += 1
    },
  }
  const callers = { inFlight: new Set([first, repeated, bare, leaving, answered]), allBroken: async () => {} }
  const fleet = { api, journalFile: path.join(folder, 'payments.journal') }

  const death = await killApi(fleet as unknown as Fleet, callers as unknown as Callers)
  expect(death).toMatchObject({ inFlight: ['first'], broken: 4, journalled: new Set() })
})
