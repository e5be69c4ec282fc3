import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { path, type Workload } from './workloads.ts'
import { readWrk } from './wrk-figures.ts'
import type { WrkFigures } from './wrk-figures.ts'
import { wrkScript } from './wrk-script.ts'

/** How many callers there are at a time. Each keeps its connection. */
export const connections = 64

/** The load generator, and where its scripts are. */
export class Wrk {
  readonly #program: string
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'paylb-bench-'))

  /** @param program its path */
  constructor(program: string) {
    this.#program = program
  }

  /** Loads an API for so many whole seconds. @throws Error when requests failed, or wrk did */
  async load(url: string, workload: Workload, seconds: number): Promise<WrkFigures> {
    const script = join(this.#folder, `${workload.replaceAll(' ', '-')}.lua`)
    writeFileSync(script, wrkScript(workload))
    const given = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, `${url}${path}`, '--', randomUUID()]
    const limit = { timeout: (seconds + 10) * 1_000, killSignal: 'SIGKILL' } as const
    const { stdout } = await promisify(execFile)(this.#program, given, limit)
    return readWrk(stdout)
  }

  /** Removes its scripts. */
  end(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
