import type { Contestant } from './contestants/contestant.ts'
import { NodeApi } from './node-api.ts'
import { ProgramApi } from './program-api.ts'

/** A contestant that runs. */
export interface Api {
  readonly url: string
  /** The CPU time, user and system, that its process has used so far. @throws Error when it is gone */
  cpuMicroseconds(): Promise<number>
  end(): void
}

/** Starts a contestant. @param core its own, if there is one @throws Error that says why it does not run */
export function startApi(contestant: Contestant, servers: readonly string[], core: number | undefined): Promise<Api> {
  return contestant.runsIn === 'node'
    ? NodeApi.start(contestant.name, servers, core)
    : ProgramApi.start(contestant, servers, core)
}
