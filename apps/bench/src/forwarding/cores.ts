import { execFileSync } from 'node:child_process'
import { findProgram } from './programs.ts'

/*
 * The API gets a core of its own and everything else the others, so that the API is what limits the requests per
 * second. Who may not choose its core shares it with the load, and its figures say less.
 */

/** Which cores are whose; undefined: nobody is pinned. */
export interface Cores {
  readonly api: number | undefined
  readonly rest: readonly number[]
  /** What a person should know about it. */
  readonly note: string
}

/** Divides the cores that this process may use. */
export function divideCores(): Cores {
  if (process.platform !== 'linux' || findProgram('taskset') === undefined) {
    return {
      api: undefined,
      rest: [],
      note: 'not pinned: there is no taskset here, so the load takes time from the API',
    }
  }
  return division(allowedCores())
}

/** The first core for the API, the others for everything else. */
export function division(allowed: readonly number[]): Cores {
  const [api, ...rest] = allowed
  if (api === undefined || rest.length === 0) {
    return { api: undefined, rest: [], note: 'not pinned: one core only, so the load takes time from the API' }
  }
  return { api, rest, note: `the API on core ${api}, load and servers on ${rest.join(', ')}` }
}

/** Lets a process with all its threads run on these cores only. @throws Error when that is not possible */
export function pin(processId: number, cores: readonly number[]): void {
  execFileSync('taskset', ['-acp', cores.join(','), String(processId)], { stdio: 'ignore' })
}

function allowedCores(): readonly number[] {
  const said = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  return coresOf(said.slice(said.lastIndexOf(':') + 1).trim())
}

/** The cores of a list such as `0-2,5`. */
export function coresOf(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
