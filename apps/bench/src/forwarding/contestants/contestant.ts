import type { Server } from 'node:http'

/*
 * Who stands side by side. Every one keeps its connections, takes the servers in turn and passes bodies on unchanged.
 * Each is loaded only in the process that runs it, so a peer that is missing or broken fails alone.
 */

/** How a contestant stands to paylb. The floor answers by itself; the ceiling forwards and does nothing else. */
export type Kind = 'floor' | 'ceiling' | 'ours' | 'peer'

/** Begins to listen on a free port of 127.0.0.1, and forwards to these origins. */
export type Listen = (servers: readonly string[]) => Promise<Server>

interface Named {
  readonly name: string
  readonly kind: Kind
}

/** One that runs in a process of Node. */
export interface NodeContestant extends Named {
  readonly runsIn: 'node'
  readonly listen: Listen
}

/** What a program's configuration must say. */
export interface Site {
  readonly port: number
  readonly servers: readonly string[]
  /** A folder for whatever it writes. */
  readonly folder: string
}

/** One that is a program of its own, with one thread. */
export interface ProgramContestant extends Named {
  readonly runsIn: 'program'
  readonly program: string
  /** @param file where the configuration was written */
  readonly given: (file: string, site: Site) => readonly string[]
  readonly configuration: (site: Site) => string
}

/** Somebody who forwards requests. */
export type Contestant = NodeContestant | ProgramContestant
