import { resolve } from 'node:path'
import { checkOptions, rules, systemClock } from '@paylb/core'
import type { Clock } from '@paylb/core'

/** What a SQLite journal can be told. Only `file` is needed. */
export interface SqliteJournalOptions {
  /**
   * Where the journal is kept, on a disk of this machine: no network file system. It is made when it is missing. Files
   * of the same name with `-wal`, `-shm` and `-acknowledged` stand beside it and belong to it.
   */
  readonly file: string
  /** How long a concluded payment stays pinned, from its first dispatch: at least its ledger's time to live. Default 24 h. */
  readonly ttlMs?: number
  /** For payments of which the balancer does not say whether they keep their pin. Default true. */
  readonly keepsPins?: boolean
  /** The most payments in flight, open or pinned at once. Default: as many as the disk holds. */
  readonly maxEntries?: number
  /**
   * The most bytes that the file may grow to, at least 65 536; its log may take some megabytes more. Default: as many as
   * the disk holds.
   */
  readonly maxBytes?: number
  /** How often this process shows that it is alive, 10 to 60 000. Another is dead when it was silent for three beats. Default 1 000. */
  readonly heartbeatMs?: number
  /** How long to wait while another process holds the file's lock. Default 2 000. */
  readonly busyTimeoutMs?: number
  /** The key of the fingerprints, at least 16 bytes. Default: the journal makes one and keeps it in its file. */
  readonly secret?: string | Uint8Array
  readonly clock?: Pick<Clock, 'wallTime'>
}

/** Options with every default filled in. */
export interface Settings {
  readonly file: string
  readonly ttlMs: number
  readonly keepsPins: boolean
  readonly maxEntries: number
  readonly maxBytes: number
  readonly heartbeatMs: number
  readonly busyTimeoutMs: number
  readonly secret: Uint8Array | undefined
  readonly clock: Pick<Clock, 'wallTime'>
}

const shortestSecretBytes = 16

const sqliteRules = {
  file: rules.text,
  ttlMs: rules.number(1),
  keepsPins: rules.flag,
  maxEntries: rules.count,
  maxBytes: rules.number(65_536),
  heartbeatMs: rules.number(10, 60_000),
  busyTimeoutMs: rules.ms,
  secret: rules.matching(`a string or bytes, at least ${shortestSecretBytes} bytes`, (value) => {
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) return false
    return bytesOf(value).length >= shortestSecretBytes
  }),
  clock: rules.object,
}

/** Checks the options. @throws InvalidOptionsError */
export function readOptions(options: SqliteJournalOptions): Settings {
  checkOptions(options, sqliteRules, '')
  checkOptions({ file: options.file ?? '' }, sqliteRules, '')
  return {
    file: resolve(options.file),
    ttlMs: options.ttlMs ?? 86_400_000,
    keepsPins: options.keepsPins ?? true,
    maxEntries: options.maxEntries ?? Infinity,
    maxBytes: options.maxBytes ?? Infinity,
    heartbeatMs: options.heartbeatMs ?? 1_000,
    busyTimeoutMs: options.busyTimeoutMs ?? 2_000,
    secret: options.secret === undefined ? undefined : bytesOf(options.secret),
    clock: options.clock ?? systemClock,
  }
}

function bytesOf(secret: string | Uint8Array): Uint8Array {
  return typeof secret === 'string' ? Buffer.from(secret) : secret
}
