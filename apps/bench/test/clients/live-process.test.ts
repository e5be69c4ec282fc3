import { expect, onTestFinished, test } from 'vitest'
import { contestants } from '../../src/clients/contestants.ts'
import { figuresOf } from '../../src/clients/figures.ts'
import { LiveProcess } from '../../src/clients/live-process.ts'
import { report } from '../../src/clients/report.ts'

function start(program: string, given: readonly string[] = []): LiveProcess {
  const live = new LiveProcess(program, given)
  onTestFinished(() => live.end())
  return live
}

test.for(contestants.map(({ name }) => name))(
  '%s makes every call it is told to',
  { timeout: 30_000 },
  async (name) => {
    const url = await start('server-process').ask(undefined, 10_000)
    const client = start('client-process', [name, url.ok ? String(url.value) : ''])
    for (const workload of ['POST', 'GET']) {
      const result = await client.ask({ workload, calls: 20, concurrency: 4 }, 20_000)
      expect(result).toMatchObject({ ok: true, value: { callsPerSecond: expect.any(Number) as number } })
    }
  },
)

test('a client whose calls fail is a reason, and so is one that has died', async () => {
  const client = start('client-process', ['axios', 'http://127.0.0.1:1'])
  const batch = { workload: 'GET', calls: 1, concurrency: 1 }
  expect(await client.ask(batch, 10_000)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/ECONNREFUSED/u) as string,
  })
  const nobody = start('client-process', ['nobody', 'http://127.0.0.1:1'])
  expect(await nobody.ask(batch, 10_000)).toEqual({ ok: false, reason: 'its process died' })
  expect(await nobody.ask(batch, 10_000)).toEqual({ ok: false, reason: 'its process died' })
})

test('a peer that failed has no figures, and the others have theirs', () => {
  const value = { callsPerSecond: 100, cpuMicrosecondsPerCall: 10 }
  const rows = contestants.map((contestant) => ({
    workload: 'GET' as const,
    contestant,
    outcome:
      contestant.kind === 'peer' ? ({ ok: false, reason: 'gone' } as const) : ({ ok: true, values: [value] } as const),
  }))
  const figures = figuresOf(rows)
  expect(figures.map((figure) => figure.callsPerSecond)).toEqual([100, 100, undefined, 100])
  expect(figures[3]?.target).toEqual({ least: 3, standing: 'missed' })
  expect(report(figures, 1, 1)).toContain('not measured: GET axios with axios-retry: gone')
})
