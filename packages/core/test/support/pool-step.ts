import type { Outcome, PickRequest, ServerOptions } from '../../src/index.ts'

/** What can be changed of a server at run time. */
export type Changes = Partial<Pick<ServerOptions, 'weight' | 'priority' | 'zone' | 'maxInFlight'>>

/** One step in the life of a pool. Numbers choose among whatever is there when the step is taken. */
export type Step =
  | { readonly do: 'pick'; readonly excluded: readonly number[]; readonly request: PickRequest }
  | { readonly do: 'record'; readonly lease: number; readonly outcome: Outcome }
  | { readonly do: 'release'; readonly lease: number; readonly ending: 'complete' | 'cut' | 'abandoned' }
  | { readonly do: 'fail'; readonly server: number; readonly outcome: Outcome }
  | { readonly do: 'advance'; readonly ms: number }
  | Change

/** A step that nobody sends a request for. */
export type Change =
  | { readonly do: 'add' }
  | { readonly do: 'remove' | 'drain'; readonly server: number }
  | { readonly do: 'update'; readonly server: number; readonly changes: Changes }
  | { readonly do: 'replace'; readonly kept: readonly number[]; readonly changes: Changes }
  | { readonly do: 'check'; readonly server: number; readonly passed: boolean }
  | { readonly do: 'report'; readonly server: number; readonly load: number }
