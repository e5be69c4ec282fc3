import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Mutant } from './mutants.ts'

const coreFolder = fileURLToPath(new URL('../../../../core/src', import.meta.url))
const huntFile = fileURLToPath(new URL('hunt.ts', import.meta.url))
const mostMs = 30_000

/** What became of a hunt: the first seed that broke the promise, and how; neither when all held. */
export interface Hunted {
  readonly seed?: number
  readonly message?: string
}

/** How many seeds, of how many payments each. */
export interface Hunt {
  readonly seeds: number
  readonly payments: number
}

/* A copy of core's sources with a defect put in. Returns the address of its index. */
function mutateCore(edits: readonly Edit[], folder: string): string {
  cpSync(coreFolder, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const { file, find, put } of edits) {
    const path = join(folder, file)
    const parts = readFileSync(path, 'utf8').split(find)
    if (parts.length !== 2) throw new RangeError(`${file} has ${parts.length - 1} of: ${find}`)
    writeFileSync(path, parts.join(put))
  }
  return pathToFileURL(join(folder, 'index.ts')).href
}

/** Hunts for a mutant in a process of its own, so that each copy of core is loaded into a fresh one. */
export async function huntFor(mutant: Prey, hunt: Hunt): Promise<Hunted> {
  const folder = mkdtempSync(join(tmpdir(), 'paylb-mutant-'))
  try {
    return await huntIn(folder, mutant, hunt)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function huntIn(folder: string, { edits, misbehaviour, loud }: Prey, hunt: Hunt): Promise<Hunted> {
  const flags = [
    ...(edits === undefined ? [] : [`--subject=${mutateCore(edits, folder)}`]),
    ...(misbehaviour === undefined ? [] : [`--misbehaviour=${misbehaviour}`]),
    ...(loud === undefined ? [] : [`--loud=${loud}`]),
    `--seeds=${hunt.seeds}`,
    `--payments=${hunt.payments}`,
  ]
  const node = ['--conditions=paylb-source', '--disable-warning=ExperimentalWarning', huntFile, ...flags]
  const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: mostMs })
  return JSON.parse(stdout) as Hunted
}

type Prey = Pick<Mutant, 'edits' | 'misbehaviour' | 'loud'>

/** One replacement in one file of core. What it replaces must be there exactly once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly put: string
}
