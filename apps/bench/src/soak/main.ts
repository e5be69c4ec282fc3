import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LiveProcess } from '../clients/live-process.ts'
import { describeMachine, machineLines } from '../measure/machine.ts'
import { print, runCommand } from '../report/command.ts'
import { writeResults } from '../report/results.ts'
import { readable, table } from '../report/table.ts'
import { readArguments, usage } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { keepCalling } from './callers.ts'
import type { Left, Sample } from './sample.ts'
import { complaintsOf, trendsOf } from './verdict.ts'

/* What `pnpm soak` runs. */

const limitMs = 30_000
const samplesPerRun = 60
const fewestMsPerSample = 500

process.exitCode = await runCommand({ usage, read: readArguments, run: soak })

async function soak(given: Arguments): Promise<number> {
  const machine = describeMachine()
  print([
    ...machineLines(machine),
    `takes    ${given.seconds} s: ${given.rate} payments per second through ${given.adapter}`,
  ])
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-soak-'))
  const servers = new LiveProcess('../soak/server-process')
  let api: LiveProcess | undefined
  try {
    const origins = (await asked(servers)) as readonly string[]
    api = new LiveProcess('../soak/api-process', [given.adapter, given.journal, folder, ...origins])
    const url = String(await asked(api))
    const stop = new AbortController()
    const calling = keepCalling(url, given.rate, stop.signal)
    const samples = await watch(api, given.seconds)
    stop.abort()
    const calls = await calling
    const left = (await asked(api, { close: true })) as Left
    const trends = trendsOf(samples)
    const complaints = complaintsOf(trends, left, calls.unanswered)
    const lines = trends.map(({ figure, first, last }) => [figure, readable(first), readable(last)])
    print([table(['', 'at first', 'at last'], lines)])
    print([
      `${calls.made} calls: ${calls.answered} answered, ${calls.left} callers hung up, ${calls.unanswered} without an answer`,
    ])
    print([`written to ${writeResults('soak', machine, { given, calls, left, trends, samples }, given.json)}`])
    print(complaints.length === 0 ? ['nothing grew, and nothing was left after the drain'] : complaints)
    return complaints.length === 0 ? 0 : 1
  } finally {
    api?.end()
    servers.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function watch(api: LiveProcess, seconds: number): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  const untilMs = performance.now() + seconds * 1_000
  const everyMs = Math.max((seconds * 1_000) / samplesPerRun, fewestMsPerSample)
  while (performance.now() < untilMs) {
    await setTimeout(everyMs)
    samples.push((await asked(api, { close: false })) as Sample)
  }
  return samples
}

async function asked(live: LiveProcess, question?: object): Promise<unknown> {
  const answer = await live.ask(question, limitMs)
  if (!answer.ok) throw new Error(answer.reason)
  return answer.value
}
