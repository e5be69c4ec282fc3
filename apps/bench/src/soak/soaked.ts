import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LiveProcess } from '../clients/live-process.ts'
import type { AdapterName, Arguments } from './arguments.ts'
import { keepCalling } from './callers.ts'
import type { Calls } from './callers.ts'
import type { Left, Sample } from './sample.ts'

/** What one run of one adapter showed. */
export interface Soaked {
  readonly adapter: AdapterName
  readonly calls: Calls
  readonly samples: readonly Sample[]
  readonly left: Left
}

const limitMs = 30_000
const fewestMsPerSample = 500
const usualMsPerSample = 1_000
const samplesOfShortRun = 60
const mostSamples = 3_600

/** Runs an API under load and faults, and closes it. @throws Error that says which process failed */
export async function soakOne(adapter: AdapterName, given: Arguments): Promise<Soaked> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paylb-soak-'))
  const servers = new LiveProcess('../soak/server-process')
  const stop = new AbortController()
  let api: LiveProcess | undefined
  try {
    const origins = (await asked(servers, 'the servers')) as readonly string[]
    api = new LiveProcess('../soak/api-process', [adapter, given.journal, folder, ...origins])
    const url = String(await asked(api, 'the API'))
    const calling = keepCalling(url, given.rate, stop.signal)
    const samples = await watch(api, given.seconds)
    stop.abort()
    const calls = await calling
    return { adapter, calls, samples, left: (await asked(api, 'the API', { close: true })) as Left }
  } finally {
    stop.abort()
    api?.end()
    servers.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function watch(api: LiveProcess, seconds: number): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  const untilMs = performance.now() + seconds * 1_000
  const everyMs = msPerSample(seconds)
  while (performance.now() < untilMs) {
    await setTimeout(everyMs)
    samples.push((await asked(api, 'the API', { close: false })) as Sample)
  }
  return samples
}

/** One sample a second; more of them in a short run, and fewer in a very long one. */
export function msPerSample(seconds: number): number {
  const short = Math.max(fewestMsPerSample, Math.min((seconds * 1_000) / samplesOfShortRun, usualMsPerSample))
  return Math.max(short, (seconds * 1_000) / mostSamples)
}

async function asked(live: LiveProcess, who: string, question?: object): Promise<unknown> {
  const answer = await live.ask(question, limitMs)
  if (!answer.ok) throw new Error(`${who}: ${answer.reason}`)
  return answer.value
}
