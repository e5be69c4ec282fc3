/*
 * `pnpm release:rehearse`: a whole release, to a registry on this machine, and the packages as their users get them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { rehearse } from './rehearse.ts'

const workspace = path.resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(tmpdir(), 'paylb-rehearsal-'))
try {
  await rehearse({ workspace, folder, say: (line) => console.log(`rehearsal: ${line}`) })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
