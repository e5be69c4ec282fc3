import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from './api.ts'
import { listening } from './contestants/listening.ts'
import type { ProgramContestant } from './contestants/contestant.ts'
import { findProgram } from './programs.ts'

const startMs = 5_000
const microsecondsPerTick = 10_000 // USER_HZ, which is 100 on every Linux

/** An API that is a program of its own. Linux counts what it used. */
export class ProgramApi implements Api {
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child
    this.url = url
    this.#folder = folder
  }

  static async start(
    contestant: ProgramContestant,
    servers: readonly string[],
    core: number | undefined,
  ): Promise<ProgramApi> {
    const program = findProgram(contestant.program)
    if (program === undefined) throw new Error('skipped: not installed')
    if (process.platform !== 'linux') throw new Error('skipped: only Linux says what it used')
    const folder = mkdtempSync(join(tmpdir(), 'paylb-bench-'))
    const site = { port: await freePort(), servers, folder }
    const file = join(folder, `${contestant.program}.conf`)
    writeFileSync(file, contestant.configuration(site))
    const pinned = core === undefined ? [] : ['taskset', '-c', String(core)]
    const [command = program, ...given] = [...pinned, program, ...contestant.given(file, site)]
    const child = spawn(command, given, { stdio: ['ignore', 'ignore', 'pipe'] })
    const api = new ProgramApi(child, `http://127.0.0.1:${site.port}`, folder)
    try {
      await untilItListens(child, site.port)
      return api
    } catch (error) {
      api.end()
      throw error
    }
  }

  async cpuMicroseconds(): Promise<number> {
    return ticksOf(readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')) * microsecondsPerTick
  }

  end(): void {
    this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** User and system time in a line of `/proc/PID/stat` (proc(5), fields 14 and 15; the name before them may hold spaces). */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/* Another program may take the port in between; then this one says so and ends. */
async function freePort(): Promise<number> {
  const server = await listening(() => {})
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilItListens(child: ChildProcess, port: number): Promise<void> {
  let lastWords = ''
  let failure: string | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-300)))
  child.once('error', (error) => (failure = error.message)).once('exit', () => (failure ??= lastWords.trim()))
  const untilMs = performance.now() + startMs
  while (!(await accepts(port))) {
    if (failure !== undefined) throw new Error(`it could not be started: ${failure}`)
    if (performance.now() > untilMs) throw new Error(`it did not listen within ${startMs / 1_000} s`)
    await delay(20)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy()).once('error', () => resolve(false))
    socket.once('close', (hadError) => resolve(!hadError))
  })
}
