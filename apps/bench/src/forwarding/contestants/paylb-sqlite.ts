import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { paylb } from '@paylb/proxy'
import { sqliteJournal } from '@paylb/sqlite'
import type { Listen } from './contestant.ts'
import { listening } from './listening.ts'
import { everythingOn } from './paylb-options.ts'

/* Its folder is given by whoever starts the bench, and removed there. */
export const listen: Listen = (servers) => {
  const folder = process.env['PAYLB_BENCH_FOLDER'] ?? mkdtempSync(path.join(tmpdir(), 'paylb-bench-'))
  return listening(paylb({ ...everythingOn(servers), journal: sqliteJournal({ file: path.join(folder, 'journal') }) }))
}
